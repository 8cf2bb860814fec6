package main

import (
	"context"
	"slices"
	"testing"
	"time"
)

func TestStretches(t *testing.T) {
	one, again, other := stretches(1, time.Minute), stretches(1, time.Minute), stretches(2, time.Minute)
	if !slices.Equal(one, again) || slices.Equal(one, other) {
		t.Fatalf("seed 1 gave %v and %v, seed 2 %v", one, again, other)
	}
	var sum time.Duration
	for i, d := range one {
		if last := i == len(one)-1; d > longest || d < shortest && !last {
			t.Errorf("stretch %d is %v", i, d)
		}
		sum += d
	}
	if sum != time.Minute {
		t.Errorf("all are %v, want a minute", sum)
	}
}

func TestBurnIsBounded(t *testing.T) {
	for _, d := range []time.Duration{0, -time.Second, most + 1} {
		if err := burn(t.Context(), 1, d); err == nil {
			t.Errorf("%v is taken", d)
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := burn(ended, 1, most); err != nil { // returns at once, or the test would take two hours
		t.Error(err)
	}
}
