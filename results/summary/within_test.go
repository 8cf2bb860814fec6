package summary_test

import (
	"math"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
)

// itself compares the phases of one arm, and no arms.
var itself = results.Fix{
	Name: "itself", Summary: "no repair", Primary: results.Metric{Name: "p50", Phase: results.InFault},
	Against: results.Steady,
}

// ofItself is a run of one arm, whose faults make batches take factor times as long.
func ofItself(t *testing.T, factor float64) *world {
	w := newWorld(t, itself)
	for i, n := range noise {
		w.trial(i+1, "itself", slower(results.InFault, factor*n), capacity(results.CapacityTrigger, 400))
	}
	return w
}

func TestWhatTroubleCostsIsHeldAgainstTheCalmOfTheSameTrials(t *testing.T) {
	for name, c := range map[string]struct {
		factor  float64
		verdict stat.Verdict
	}{"twice as long": {2, stat.Regressed}, "as ever": {1, stat.NoDifference}} {
		s := ofItself(t, c.factor).compute()
		f := s.Fixes[0]
		if f.Verdict != c.verdict || f.Pairs.Valid != len(noise) {
			t.Fatalf("%s: %s over %d pairs: %s", name, f.Verdict, f.Pairs.Valid, f.Why)
		}
		if change := f.Primary.Change; math.Abs(change.Value-(c.factor-1)) > 0.02 || change.Pairs != len(noise) {
			t.Errorf("%s: %+v", name, change)
		}
		if r := row(t, f, "capacity", results.CapacityTrigger); r.Before.Median != 800 || r.After.Median != 400 {
			t.Errorf("%s: capacity %v -> %v", name, r.Before.Median, r.After.Median)
		}
		for _, r := range f.Rows {
			if r.Phase == results.Steady || r.Name == "gap" {
				t.Errorf("%s: %s is compared", name, r.Metric)
			}
		}
		if len(s.Warnings) != 0 {
			t.Errorf("%s: %+v", name, s.Warnings)
		}
	}
}

// Trials of the one arm that are left out are no sign that an arm is to blame for more of them than the other.
func TestTrialsOfOneArmAreUnevenlySpreadOverNothing(t *testing.T) {
	w := ofItself(t, 2)
	for pair := 9; pair < 18; pair++ {
		w.trial(pair, "itself", failed("the worker did not start"))
	}
	s := w.compute()
	if warned(s.Warnings, "unevenly") || !warned(s.Warnings, "itself: 9 trials left out: no figure rests on them") {
		t.Errorf("%+v", s.Warnings)
	}
}

func TestEachArmOfARunIsHeldAgainstItsOwnCalm(t *testing.T) {
	w := newWorld(t, repair)
	for i, n := range noise {
		w.trial(i+1, results.Before, slower(results.UnderTrigger, 3*n))
		w.trial(i+1, results.After, slower(results.UnderTrigger, n))
	}
	s := w.compute()
	for side, want := range map[results.Arm]float64{results.Before: 2, results.After: 0} {
		within, ok := s.ArmWithin(s.Fixes[0].Fix, side)
		if !ok || within.Trials != len(noise) {
			t.Fatalf("%s: %+v", side, within)
		}
		r, ok := within.Row(results.Metric{Name: "p50", Phase: results.UnderTrigger})
		if !ok || math.Abs(r.Change.Value-want) > 0.05 || r.Change.Correction != stat.BenjaminiYekutieli {
			t.Errorf("%s: %+v", side, r.Change)
		}
		if r, ok := within.Row(results.Metric{Name: "capacity", Phase: results.CapacityTrigger}); !ok ||
			r.Before.Median != 800 {
			t.Errorf("%s: capacity %+v", side, r)
		}
	}
	if _, ok := s.ArmWithin(results.Fix{Group: "another"}, results.Before); ok {
		t.Error("a group that is not there has a comparison")
	}
}

// A time-out that a quantile reaches only while there is trouble is a bound there, and the calm is none.
func TestTroubleAtTheTimeOutIsABound(t *testing.T) {
	w := ofItself(t, 1000)
	if r := w.fix().Primary; !r.After.AtLeast || r.Before.AtLeast || r.Change.Open != stat.OpenHigh {
		t.Errorf("%+v, %+v", r, r.Change)
	}
}

func TestARunWithoutTroubleHasNothingToHoldAgainstItsCalm(t *testing.T) {
	w := newWorld(t, results.Fix{Name: "free", Primary: results.Metric{Name: "p50", Phase: results.Steady}})
	for i := range noise {
		w.trial(i+1, results.Before, clusterFree)
		w.trial(i+1, results.After, clusterFree)
	}
	if s := w.compute(); len(s.Within) != 0 {
		t.Errorf("%+v", s.Within)
	}
}
