package main

import (
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/results"
)

// While a run waits for calm no trial is under way: the line says so instead of naming the last one.
func TestDescribe(t *testing.T) {
	s := harness.Status{
		Slot: results.Slot{Group: "g", Block: 3, Arm: results.After}, Trial: 6, Trials: 16, Phase: "steady", Left: 90 * time.Second,
	}
	if got, want := describe(s), "trial 6/16  g block 3 after  steady  1m30s left"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	s.Waiting = true
	if got, want := describe(s), "trial 6/16 done  waiting for a calm machine  1m30s left"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
