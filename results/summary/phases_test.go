package summary_test

import (
	"testing"

	"aftershock/results"
)

// The trigger lies within the fault: its batches belong to both, the rest of the fault's to one, and no phase's to
// another that does not overlap it.
func TestPhasesOverlap(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, become(results.UnderTrigger, 50, refused))
	f := w.fix()
	for phase, want := range map[string]float64{
		results.UnderTrigger: 50.0 / 200, // 2 s
		results.InFault:      50.0 / 300, // 4 s less the capacity window
		results.Steady:       0, results.Recovery: 0,
	} {
		if r := row(t, f, "failed", phase); r.After.Median != want {
			t.Errorf("%s: %v failed, want %v", phase, r.After.Median, want)
		}
	}
	if _, ok := f.Row(results.Metric{Name: "failed", Phase: results.WarmUp}); ok {
		t.Error("the warm-up has figures")
	}
}

// What is due when a phase ends belongs to the next.
func TestPhasesAreHalfOpen(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, lasting(results.Steady, 10*ms), become(results.Steady, 1, refused),
		become(results.UnderTrigger, 200, refused))
	f := w.fix()
	if r := row(t, f, "failed", results.Steady); r.After.Median != 1 {
		t.Errorf("a phase of one batch: %+v", r.After)
	}
	if r := row(t, f, "failed", results.Recovery); r.After.Median != 0 {
		t.Errorf("recovery: %+v", r.After)
	}
}
