package clock

import (
	"testing"
	"time"
)

func TestNowIsCLOCK_MONOTONIC(t *testing.T) {
	for range 1000 {
		before := raw()
		got := Now()
		after := raw()
		const slack = Nanos(time.Microsecond) // the anchor's bracket
		if got < before-slack || got > after+slack {
			t.Fatalf("Now() = %d, not within [%d, %d] of CLOCK_MONOTONIC", got, before, after)
		}
	}
}

func TestOfMapsTimesOfThisProcess(t *testing.T) {
	before := Now()
	at := Of(time.Now())
	if after := Now(); at < before || at > after {
		t.Fatalf("Of(time.Now()) = %d, not within [%d, %d]", at, before, after)
	}
}

func BenchmarkNow(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = Now()
	}
}
