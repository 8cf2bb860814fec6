package usage

import "testing"

func TestCPUGrowsWithWork(t *testing.T) {
	before := CPU()
	for sum := 0; CPU() == before; sum++ { // ends once any time is booked
	}
	if CPU() <= before {
		t.Errorf("%v after work, %v before", CPU(), before)
	}
}

func TestPeakIsOfWhatWasHeldSince(t *testing.T) {
	const held = 64 << 20
	peak := func() float64 {
		p, err := Peak()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if err := ForgetPeak(); err != nil {
		t.Fatal(err)
	}
	before := peak()
	block := make([]byte, held)
	for i := 0; i < held; i += 4096 {
		block[i] = 1
	}
	if grown := peak() - before; grown < held>>21 {
		t.Errorf("the peak grew by %v MB when %d MB were written to", grown, held>>20)
	}
	if block[4096] != 1 {
		t.Error("what was written is not there")
	}
}
