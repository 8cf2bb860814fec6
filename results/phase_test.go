package results_test

import (
	"testing"
	"time"

	"aftershock/results"
)

// A phase is half open: the operation that is due when one ends belongs to the next, and to no other.
func TestPhaseHolds(t *testing.T) {
	p := results.Phase{Name: results.Steady, From: 10, To: 20}
	for at, want := range map[results.Offset]bool{9: false, 10: true, 19: true, 20: false} {
		if got := p.Holds(at); got != want {
			t.Errorf("%+v holds %d: %v", p, at, got)
		}
	}
	if got := p.Length(); got != 10*time.Nanosecond {
		t.Errorf("it lasts %v", got)
	}
	if empty := (results.Phase{From: 10, To: 10}); empty.Holds(10) {
		t.Error("an empty phase holds a moment")
	}
}

func TestTrialPhase(t *testing.T) {
	trial := sampleTrial()
	if p, ok := trial.Phase(results.Steady); !ok || p != trial.Phases[0] {
		t.Errorf("got %+v, %v", p, ok)
	}
	if p, ok := trial.Phase(results.UnderTrigger); ok {
		t.Errorf("a phase that the trial does not have: %+v", p)
	}
}
