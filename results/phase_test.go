package results_test

import (
	"slices"
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

// A phase may have several windows, told in their order; one that the trial does not have has none.
func TestTrialWindows(t *testing.T) {
	first := results.Phase{Name: results.UnderTrigger, From: 20, To: 30}
	second := results.Phase{Name: results.UnderTrigger, From: 40, To: 50}
	steady := results.Phase{Name: results.Steady, From: 10, To: 20}
	trial := results.Trial{Phases: []results.Phase{steady, first, {Name: results.InFault, From: 20, To: 50}, second}}
	for name, want := range map[string][]results.Phase{
		results.Steady: {steady}, results.UnderTrigger: {first, second}, results.Recovery: nil, "": nil,
	} {
		if got := trial.Windows(name); !slices.Equal(got, want) {
			t.Errorf("windows of %q: %+v, want %+v", name, got, want)
		}
	}
}

// Between two windows nothing is held, although their hull has it; no windows have a hull that holds nothing.
func TestWindowsHull(t *testing.T) {
	apart := results.Windows{{From: 40, To: 50}, {From: 20, To: 30}}
	hull := apart.Hull()
	if hull.From != 20 || hull.To != 50 {
		t.Errorf("the hull is %+v", hull)
	}
	for at, want := range map[results.Offset]bool{
		19: false, 20: true, 29: true, 30: false, 39: false, 40: true, 49: true, 50: false,
	} {
		if got := apart.Holds(at); got != want {
			t.Errorf("the windows hold %d: %v", at, got)
		}
		if want && !hull.Holds(at) {
			t.Errorf("the hull lacks %d", at)
		}
	}
	var none results.Windows
	if hull := none.Hull(); none.Holds(0) || hull.Holds(0) || hull.From < hull.To {
		t.Errorf("the hull of no windows is %+v", hull)
	}
}
