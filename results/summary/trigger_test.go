package summary_test

import (
	"reflect"
	"slices"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
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

// What raft says of a trial is a trigger as well, and no arm's counter has to hold it.
func TestTriggersThatTheMembersTell(t *testing.T) {
	for counter, want := range map[string]float64{results.RaftLeaderless: 1.5, results.RaftElections: 2} {
		fix := repair
		fix.Trigger.Counter = counter
		w := newWorld(t, fix)
		w.pair(1, func(r *recipe) {
			r.trial.Elections.Planned = 2
			r.trial.Faults = []results.Fault{{Fault: "leader-kill", Leaderless: sec},
				{Fault: "leader-kill", Leaderless: sec / 2}}
		})
		f := w.fix()
		if got := f.Trigger.After; len(got) != 1 || got[0] != want {
			t.Errorf("%s: after %v, want %v", counter, got, want)
		}
	}
}

// An arm that never met the condition was spared the test and did not pass it. A crash before the trigger came is
// the arm's outcome all the same.
func TestATriggerIsMetByBothArms(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5, fired(0))
	f := w.fix()
	if f.Pairs.NotExercised != 8 || f.Verdict != stat.NotExercised || f.Primary.Change != nil ||
		f.Why != "the trigger stayed 0 in a trial of every pair, and it is set from outside of both arms: batches that met the defect" {
		t.Errorf("%v, %+v, %q", f.Verdict, f.Pairs, f.Why)
	}

	w = newWorld(t, repair)
	w.pair(1)
	w.pair(2, fired(0))
	w.pair(3, fired(0), func(r *recipe) { r.trial.Worker.Crashed = true })
	s := w.compute()
	if s.Fixes[0].Pairs.NotExercised != 1 ||
		!slices.ContainsFunc(s.Warnings, func(w summary.Warning) bool {
			return w.What == "repair: in 1 valid pair an arm was not exercised, which is left out"
		}) {
		t.Errorf("%+v, %+v", s.Fixes[0].Pairs, s.Warnings)
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
