package summary_test

import (
	"reflect"
	"slices"
	"testing"

	"aftershock/results"
)

// A counter in nanoseconds is told in seconds, any other as it is.
func TestTriggerUnits(t *testing.T) {
	for unit, want := range map[string][]float64{"s": {1.5, 0.25}, "batches": {1.5e9, 0.25e9}} {
		fix := repair
		fix.Trigger.Unit = unit
		w := newWorld(t, fix)
		w.trial(1, results.Before, fired(1_500_000_000))
		w.trial(1, results.After, fired(250_000_000))
		f := w.fix()
		if got := slices.Concat(f.Trigger.Before, f.Trigger.After); !reflect.DeepEqual(got, want) {
			t.Errorf("in %s: %v, want %v", unit, got, want)
		}
	}
}

// The after arm may never meet the defect's condition, which is what some repairs are.
func TestTriggerOfTheAfterArm(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5, fired(0))
	f := w.fix()
	if f.Pairs.NotExercised != 0 || f.Primary.Change == nil {
		t.Errorf("%+v, %+v", f.Pairs, f.Primary)
	}
}

// An instrument without a trigger is always exercised.
func TestNoTrigger(t *testing.T) {
	fix := repair
	fix.Trigger = results.Trigger{}
	w := newWorld(t, fix)
	for pair := 1; pair <= 8; pair++ {
		w.trial(pair, results.Before, fired(0))
		w.trial(pair, results.After, fired(0))
	}
	f := w.fix()
	if f.Pairs.NotExercised != 0 || f.Primary.Change == nil || f.Trigger.Before != nil || f.Trigger.After != nil {
		t.Errorf("%+v, %+v, trigger %+v", f.Pairs, f.Primary.Change, f.Trigger)
	}
}
