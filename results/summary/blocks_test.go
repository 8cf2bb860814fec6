package summary_test

import (
	"reflect"
	"testing"

	"aftershock/results"
	"aftershock/results/manifest/manifesttest"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// shared is a run of two fixes that share their after arm: a block has three arms.
func shared(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, repair)
	other := repair
	other.Name = "other"
	w.run.Fixes = []results.Fix{repair, other}
	const group = "repair+1"
	for i, before := range []results.Arm{"repair-before", "other-before"} {
		w.run.Fixes[i].Group, w.run.Fixes[i].Arms = group, results.Arms{Before: before, After: results.After}
	}
	w.run.Groups = []results.Group{{Name: group, Arms: []results.GroupArm{
		{Name: "repair-before", Fix: "repair", Side: results.Before}, {Name: results.After, Fix: "repair", Side: results.After},
		{Name: "other-before", Fix: "other", Side: results.Before},
	}}}
	return w
}

// block writes the three trials of a block, with steps for each arm.
func (w *world) block(number int, steps map[results.Arm][]step) {
	w.t.Helper()
	for _, arm := range []results.Arm{"other-before", results.After, "repair-before"} {
		w.trial(number, arm, append([]step{of("repair+1")}, steps[arm]...)...)
	}
}

// computeShared writes run.json as it is: its group is no fix's own.
func (w *world) computeShared() summary.Summary {
	w.t.Helper()
	manifesttest.Seal(w.t, w.folder, w.run)
	return compute(w.t, w.folder)
}

// Each fix compares its own two arms of a block, and the after arm's trials serve both.
func TestFixesThatShareAnArm(t *testing.T) {
	w := shared(t)
	for i, n := range noise {
		w.block(i+1, map[results.Arm][]step{
			"repair-before": {slower(results.UnderTrigger, 2*n)}, "other-before": {slower(results.UnderTrigger, 4)},
		})
	}
	s := w.computeShared()
	for i, want := range []float64{-0.5, -0.75} {
		f := s.Fixes[i]
		if c := f.Primary.Change; f.Verdict != stat.Improved || f.Pairs.Valid != 8 || c.Value < want-0.01 || c.Value > want+0.01 {
			t.Errorf("%s: %v, %+v, change %+v", f.Name, f.Verdict, f.Pairs, c)
		}
	}
	if !reflect.DeepEqual(s.Fixes[0].Primary.After.Values, s.Fixes[1].Primary.After.Values) {
		t.Error("the shared arm has two sets of values")
	}
	if s.Noise.Trials != 24 {
		t.Errorf("%d trials", s.Noise.Trials)
	}
}

// A spoiled trial costs all fixes of its block a pair, whosever arm it is of; one that failed costs its own fixes theirs.
func TestWhatATrialCostsTheFixesOfItsBlock(t *testing.T) {
	w := shared(t)
	w.block(1, map[results.Arm][]step{"other-before": {invalid("the fault took no effect")}})
	w.block(2, map[results.Arm][]step{"other-before": {failed("member n2 ended unasked")}})
	w.block(3, map[results.Arm][]step{results.After: {func(r *recipe) {
		r.trial.Invalid, r.trial.Diverged = "the members do not agree", true
	}}})
	w.block(4, nil)
	s := w.computeShared()
	spoiled := summary.Invalid{Pair: 1, Arm: "other-before", Why: "the fault took no effect", Spoiled: true}
	diverged := summary.Invalid{Pair: 3, Arm: results.After, Why: "the members do not agree", Diverged: true}
	if got, want := s.Fixes[0].Pairs, (summary.Pairs{Planned: 8, Valid: 2, Invalid: []summary.Invalid{spoiled, diverged}}); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	spoiled.Arm = results.Before
	died := summary.Invalid{Pair: 2, Arm: results.Before, Why: "member n2 ended unasked"}
	if got, want := s.Fixes[1].Pairs, (summary.Pairs{Planned: 8, Valid: 1, Invalid: []summary.Invalid{spoiled, died, diverged}}); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for i, want := range []struct{ before, after []float64 }{
		{[]float64{0, 0, 0}, []float64{0, 1, 0}}, {[]float64{1, 0, 0}, []float64{0, 1, 0}},
	} {
		r := row(t, s.Fixes[i], "invalid", "")
		if !reflect.DeepEqual(r.Before.Values, want.before) || !reflect.DeepEqual(r.After.Values, want.after) {
			t.Errorf("%s: invalid %v, %v", s.Fixes[i].Name, r.Before.Values, r.After.Values)
		}
		if d := row(t, s.Fixes[i], "diverged", ""); !reflect.DeepEqual(d.After.Values, []float64{0, 1, 0}) {
			t.Errorf("%s: diverged %v", s.Fixes[i].Name, d.After.Values)
		}
	}
}

// A block that lacks an arm is none: all its trials are judged or none, or an arm could choose by not ending.
func TestABlockThatLacksAnArm(t *testing.T) {
	w := shared(t)
	w.block(1, nil)
	w.trial(2, results.After, of("repair+1"))
	w.trial(2, "repair-before", of("repair+1"))
	s := w.computeShared()
	if a, b := s.Fixes[0].Pairs.Valid, s.Fixes[1].Pairs.Valid; a != 1 || b != 1 {
		t.Errorf("%d and %d pairs", a, b)
	}
}

// An outcome of an attempt that is not judged, because a calmer one is, is still what the arm did.
func TestAnOutcomeCountsInAnAttemptThatIsNotJudged(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5)
	w.pair(9)
	again := func(r *recipe) { r.trial.Attempt = 1 }
	w.trial(9, results.Before, again)
	w.trial(9, results.After, again, failed("fault e2 was not recovered from"),
		func(r *recipe) { r.trial.Diverged = true })
	f := w.fix()
	if f.Pairs.Valid != 9 {
		t.Fatalf("%d pairs are judged", f.Pairs.Valid)
	}
	for _, name := range []string{"invalid", "diverged"} {
		if r := row(t, f, name, ""); r.After.Values[len(r.After.Values)-1] != 1 ||
			r.Before.Values[len(r.Before.Values)-1] != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
