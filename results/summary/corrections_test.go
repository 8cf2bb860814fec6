package summary_test

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// fixesOf begins a run of fixes that differ in name alone: fix0, fix1, ...
func fixesOf(t testing.TB, n int) *world {
	w := newWorld(t, repair)
	w.run.Fixes = nil
	for i := range n {
		fix := repair
		fix.Name = "fix" + strconv.Itoa(i)
		w.run.Fixes = append(w.run.Fixes, fix)
	}
	return w
}

// pairsOf writes a pair for each factor of a fix's after arm.
func (w *world) pairsOf(fix string, factors ...float64) {
	for i, factor := range factors {
		w.trial(i+1, results.Before, of(fix))
		w.trial(i+1, results.After, of(fix), slower(results.UnderTrigger, factor))
	}
}

// shrinking are pairs that are all better, and unlike: their p-value is the smallest that so many can have.
func shrinking(n int) []float64 {
	return []float64{0.5, 0.52, 0.55, 0.51, 0.57, 0.6, 0.53, 0.49, 0.56, 0.58}[:n]
}

// The primary metrics of all fixes stand together: with six pairs each of two would be improved by itself, and a chance
// of 3 % twice is one of 6 %. As nothing that they show could have been enough, they are too few, and not inconclusive;
// and so would five be, of which Student's t finds each.
func TestHolmOverTheFixes(t *testing.T) {
	w := fixesOf(t, 2)
	w.run.Pairs = 6
	w.pairsOf("fix0", shrinking(6)...)
	w.pairsOf("fix1", shrinking(6)...)
	for _, f := range w.compute().Fixes {
		c := f.Primary.Change
		if c.P != 0.03125 || c.Adjusted != 0.0625 || c.Correction != stat.Holm || c.Verdict != stat.TooFewPairs || f.Verdict != stat.TooFewPairs {
			t.Errorf("%v, %+v", f.Verdict, *c)
		}
		const why = "with 6 pairs no change could have been found among 2 fixes, which are corrected together: that takes 7"
		if f.Why != why {
			t.Errorf("because %q\nwant    %q", f.Why, why)
		}
		if c.Alone != stat.Improved {
			t.Errorf("alone %v", c.Alone)
		}
		// Alone in a run, a fix is corrected for nothing: the six pairs that it has would do.
		if f.Need == nil || f.Need.MorePairs != 0 || !strings.Contains(f.Need.Command, "--fix "+f.Name+" --pairs 6 ") {
			t.Errorf("need %+v", f.Need)
		}
		// The fix's primary row is also among its rows.
		if r := row(t, f, repair.Primary.Name, repair.Primary.Phase); !reflect.DeepEqual(r, f.Primary) {
			t.Errorf("two primary rows: %+v and %+v", r, f.Primary)
		}
	}
}

// Holm goes step by step: the second smallest p-value of three is multiplied by two, and one that was not made counts.
func TestHolmStepByStep(t *testing.T) {
	w := fixesOf(t, 3)
	w.pairsOf("fix0", shrinking(8)...)
	w.pairsOf("fix1", shrinking(7)...)
	s := w.compute() // the third has no trial
	for i, want := range []float64{3 * 2.0 / 256, 2 * 2.0 / 128} {
		if c := s.Fixes[i].Primary.Change; c.Adjusted != want || s.Fixes[i].Verdict != stat.Improved {
			t.Errorf("fix %d: %+v, want %v", i, *c, want)
		}
	}
	if s.Gated() != 3 {
		t.Errorf("%d gated", s.Gated())
	}
	if f, ok := s.Fix("fix1"); !ok || f.Name != "fix1" {
		t.Errorf("found %q, %v", f.Name, ok)
	}
	if _, ok := s.Fix("fix3"); ok {
		t.Error("found a fix that is not there")
	}
}

// What is told while the run goes on is never stronger than what is told at its end, and no more than that.
func TestEarlyVerdictIsNeverStronger(t *testing.T) {
	w := fixesOf(t, 3)
	w.pairsOf("fix0", shrinking(8)...)
	w.pairsOf("fix1", shrinking(7)...)
	w.pairsOf("fix2", noise...)
	s := w.compute()
	for i, want := range []float64{3 * 2.0 / 256, 3 * 2.0 / 128} {
		early, err := summary.ComputeFix(w.folder, s.Fixes[i].Name)
		if err != nil {
			t.Fatal(err)
		}
		if got := early.Primary.Change.Adjusted; got != want || got < s.Fixes[i].Primary.Change.Adjusted {
			t.Errorf("fix %d: early %v, at the end %v", i, got, s.Fixes[i].Primary.Change.Adjusted)
		}
		if early.Verdict != stat.Improved {
			t.Errorf("fix %d: %v", i, early.Verdict)
		}
	}
	early, err := summary.ComputeFix(w.folder, "fix2")
	if err != nil || early.Verdict != stat.NoDifference || early.Primary.Change.Adjusted != 1 {
		t.Errorf("%v, %v, %+v", err, early.Verdict, early.Primary.Change)
	}
}

// Everything else that a reader looks through is one family, by Benjamini and Yekutieli. The machine's figures are in
// none, and neither are those that are the same in each pair: with these, eight pairs could never show anything.
func TestTheFamilyOfWhatIsLookedAt(t *testing.T) {
	w := newWorld(t, repair)
	for i, n := range noise {
		w.trial(i+1, results.Before, machine(results.Machine{Load: 1}))
		w.trial(i+1, results.After, slower(results.UnderTrigger, n/2), slower(results.Steady, n), become(results.Recovery, 150, refused),
			machine(results.Machine{Load: 2 + float64(i)/10}))
	}
	f := w.fix()
	var p, adjusted []float64
	for _, r := range f.Rows {
		if r.Metric == f.Fix.Primary || r.Change == nil {
			continue
		}
		same := slices.Equal(r.Before.Values, r.After.Values)
		if in := r.Change.Correction == stat.BenjaminiYekutieli; in == (same || r.Name == "load1") {
			t.Errorf("%s is corrected by %q", r.Metric, r.Change.Correction)
		} else if !in {
			if r.Change.Verdict == stat.Improved || r.Change.Verdict == stat.Regressed {
				t.Errorf("%s is in no family, and %v", r.Metric, r.Change.Verdict)
			}
			continue
		}
		if changed := r.Change.Verdict == stat.Improved || r.Change.Verdict == stat.Regressed; changed && r.Change.Adjusted > 0.05 {
			t.Errorf("%s: %v with %v", r.Metric, r.Change.Verdict, r.Change.Adjusted)
		}
		p, adjusted = append(p, r.Change.P), append(adjusted, r.Change.Adjusted)
	}
	if want := stat.AdjustBenjaminiYekutieli(p); !reflect.DeepEqual(adjusted, want) {
		t.Errorf("got  %v\nwant %v", adjusted, want)
	}
	if l := f.Looked; l.Figures != len(p) || l.Pairs != 8 || l.Alone <= 8 || l.AtOnce < 2 {
		t.Errorf("%d figures: %+v", len(p), l)
	}
	if r := row(t, f, "load1", ""); r.Change.Alone != stat.Regressed || r.Change.Adjusted != 1 {
		t.Errorf("the load went up without a doubt: %+v", r.Change)
	}
	if c := f.Primary.Change; c.Correction != stat.Holm || c.Adjusted != c.P || f.Verdict != stat.Improved {
		t.Errorf("%v, %+v", f.Verdict, *c)
	}
}

// What makes no difference needs no correction: its test does not err by finding something.
func TestNoDifferenceIsNotCorrected(t *testing.T) {
	w := fixesOf(t, 8)
	w.run.Pairs = 9
	w.pairsOf("fix0", 1.02, 1.03, 1.01, 1.04, 1.025, 1.015, 0.995, 0.99, 1.035)
	f := w.compute().Fixes[0]
	if c := f.Primary.Change; f.Verdict != stat.NoDifference || c.P > 0.06 || c.Adjusted < 0.05 || c.Equivalence > 0.05 {
		t.Errorf("%v, %+v", f.Verdict, *c)
	}
}
