package process

import (
	"encoding/json"
	"sync"
	"testing"
	"time"
)

// burnt is what the child "burner" uses before it reports.
const burnt = 200 * time.Millisecond

// burner uses the CPU for a while, says so, and waits for its end.
func burner() int {
	child := Connect()
	var w word
	if ok, err := child.Receive(&w); !ok || err != nil {
		return 1
	}
	for {
		used, err := cpuOf(0)
		if err != nil {
			return 1
		}
		if used >= burnt {
			break
		}
	}
	if err := child.Report(w); err != nil {
		return 1
	}
	_, _ = child.Receive(&w)
	return 0
}

func cpu(t *testing.T) time.Duration {
	t.Helper()
	used, err := CPU()
	if err != nil {
		t.Fatal(err)
	}
	return used
}

// A child counts while it runs, and when it has ended: its time must not vanish in between.
func TestCPUHoldsChildrenThatRunAndThatHaveEnded(t *testing.T) {
	before := cpu(t)
	told := make(chan bool, 1)
	p, err := Start(Spec{Role: "burner", Config: word{}, Report: func(json.RawMessage) { told <- true }})
	if err != nil {
		t.Fatal(err)
	}
	<-told
	running := cpu(t)
	if running < before+burnt {
		t.Errorf("a child that has used %v raised the CPU time by %v while it runs", burnt, running-before)
	}
	p.Kill()
	if ended := cpu(t); ended < running {
		t.Errorf("the CPU time fell from %v to %v when the child ended", running, ended)
	}
}

// A fault kills members and starts them again in the middle of a measurement.
func TestCPUNeverFallsWhileChildrenComeAndGo(t *testing.T) {
	gone := make(chan bool)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				p, err := Start(Spec{Role: "echo", Config: word{}})
				if err != nil {
					t.Error(err)
					return
				}
				p.Kill()
			}
		})
	}
	go func() { all.Wait(); close(gone) }()
	last := cpu(t)
	for looks := 0; ; looks++ {
		select {
		case <-gone:
			if looks == 0 {
				t.Fatal("nothing was looked at")
			}
			return
		default:
		}
		now := cpu(t)
		if now < last {
			t.Fatalf("the CPU time fell from %v to %v", last, now)
		}
		last = now
	}
}

func BenchmarkCPU(b *testing.B) {
	for range 4 {
		p, err := Start(Spec{Role: "echo", Config: word{}})
		if err != nil {
			b.Fatal(err)
		}
		defer p.Kill()
	}
	for b.Loop() {
		if _, err := CPU(); err != nil {
			b.Fatal(err)
		}
	}
}
