package summary_test

import (
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
)

func TestVerdicts(t *testing.T) {
	calm := results.Metric{Name: "capacity", Phase: results.CapacityCalm}
	for _, c := range []struct {
		name    string
		primary results.Metric
		write   func(*world)
		want    stat.Verdict
		change  float64
	}{
		{"half as long", repair.Primary, func(w *world) { w.pairs(0.5) }, stat.Improved, -0.5},
		{"half as long again", repair.Primary, func(w *world) { w.pairs(1.5) }, stat.Regressed, 0.5},
		{"the same", repair.Primary, func(w *world) { w.pairs(1) }, stat.NoDifference, 0},
		{"certain, and within the margin", repair.Primary, func(w *world) { w.pairs(1.05) }, stat.NoDifference, 0.05},
		{"more capacity", calm, func(w *world) { w.pairs(1, capacity(results.CapacityCalm, 1200)) }, stat.Improved, 0.5},
		{"less capacity", calm, func(w *world) { w.pairs(1, capacity(results.CapacityCalm, 400)) }, stat.Regressed, -0.5},
		{"now better, now worse", repair.Primary, func(w *world) {
			for pair := 1; pair <= 8; pair++ {
				w.pair(pair, slower(results.UnderTrigger, []float64{0.6, 1 / 0.6}[pair%2]))
			}
		}, stat.Inconclusive, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			fix := repair
			fix.Primary = c.primary
			w := newWorld(t, fix)
			c.write(w)
			f := w.fix()
			if f.Verdict != c.want {
				t.Errorf("%v, want %v", f.Verdict, c.want)
			}
			got := f.Primary.Change
			if got == nil || got.Pairs != 8 || got.Method != stat.Wilcoxon || got.Achieved < 0.95 {
				t.Fatalf("change %+v", got)
			}
			if d := got.Value - c.change; d < -0.02 || d > 0.02 {
				t.Errorf("a change of %v, want about %v", got.Value, c.change)
			}
			if !(got.Low <= got.Value && got.Value <= got.High) {
				t.Errorf("%+v lies outside of its interval", got)
			}
		})
	}
}

// Without the defect's trigger two equal arms say nothing about the repair.
func TestNotExercised(t *testing.T) {
	w := newWorld(t, repair)
	for pair := 1; pair <= 8; pair++ {
		w.trial(pair, results.Before, fired(0))
		w.trial(pair, results.After)
	}
	f := w.fix()
	if f.Verdict != stat.NotExercised || f.Pairs.Valid != 8 || f.Pairs.NotExercised != 8 || len(f.Rows) != 2 { // of outcomes, which every pair has
		t.Errorf("%v, %+v, %d rows", f.Verdict, f.Pairs, len(f.Rows))
	}
	const want = "the trigger stayed 0 in a trial of every pair, and it is set from outside of both arms: " +
		"batches that met the defect"
	if f.Why != want {
		t.Errorf("because %q, want %q", f.Why, want)
	}
}

// The pairs whose trigger did fire are judged, and only they.
func TestPartlyExercised(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5)
	for _, pair := range []int{9, 10} {
		w.trial(pair, results.Before, fired(0))
		w.trial(pair, results.After, slower(results.UnderTrigger, 20))
	}
	f := w.fix()
	if f.Verdict != stat.Improved || f.Pairs.Valid != 10 || f.Pairs.NotExercised != 2 || f.Primary.Change.Pairs != 8 {
		t.Errorf("%v, %+v, %+v", f.Verdict, f.Pairs, f.Primary.Change)
	}
}

// Where the estimate itself is 0 and the margin is too, no number of pairs leads to a verdict.
func TestUndecidable(t *testing.T) {
	w := newWorld(t, repair)
	w.run.Margin = 0
	for pair, factor := range []float64{0.5, 2, 0.5, 2, 0.5, 2, 0.5, 2} {
		w.pair(pair+1, slower(results.UnderTrigger, factor))
	}
	f := w.fix()
	const why = "the interval is too wide to tell a change from none, with a margin of 0 % (half-width 100 %); more pairs would not decide it"
	if f.Verdict != stat.Inconclusive || f.Why != why || f.Need != nil {
		t.Errorf("%v, because %q, need %+v", f.Verdict, f.Why, f.Need)
	}
}

// A single pair has no interval, and is too few like any number below six: what it takes is said.
func TestASinglePairIsTooFew(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, slower(results.UnderTrigger, 9))
	f := w.fix()
	const why = "with 1 pair no change could have been found: that takes 6"
	if f.Verdict != stat.TooFewPairs || f.Why != why || f.Need == nil || f.Need.MorePairs != 5 {
		t.Errorf("%v, because %q, need %+v", f.Verdict, f.Why, f.Need)
	}
}

func TestNothingToJudge(t *testing.T) {
	for _, c := range []struct {
		name  string
		write func(*world)
		why   string
	}{
		{"no trial", func(*world) {}, "no valid pair"},
		{"one arm", func(w *world) { w.trial(1, results.Before) }, "no valid pair"},
		{"no such phase", func(w *world) {
			without := func(r *recipe) { r.trial.Phases = r.trial.Phases[:4] }
			w.trial(1, results.Before, without)
			w.pair(2, without)
		}, "no pair has the figure in both arms"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			c.write(w)
			f := w.fix()
			if f.Verdict != stat.Inconclusive || f.Why != c.why || f.Need != nil {
				t.Errorf("%v, because %q, need %+v\nwant %q", f.Verdict, f.Why, f.Need, c.why)
			}
		})
	}
}
