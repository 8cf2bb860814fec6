package summary_test

import (
	"math"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// fixWith is a fix whose primary metric has this interval.
func fixWith(scale stat.Scale, unit string, low, high float64, pairs int) summary.Fix {
	return summary.Fix{Primary: summary.Row{Scale: scale, Unit: unit, Change: &summary.Change{
		Low: low, High: high, Confidence: 0.95, Pairs: pairs,
	}}}
}

func TestNarrow(t *testing.T) {
	without := fixWith(stat.Ratio, "ns", 0, 0, 8)
	without.Primary.Change.Confidence = 0
	for _, c := range []struct {
		name   string
		fix    summary.Fix
		narrow bool
		half   float64
		ok     bool
	}{
		// From 1/1.1 to 1.1 is +-10 % on the scale of ratios, wherever it lies.
		{"just", fixWith(stat.Ratio, "ns", 1/1.1-1, 0.1-1e-9, 6), true, 0.1, true},
		{"around a half", fixWith(stat.Ratio, "ns", 0.5/1.1-1, 0.5*1.1-1-1e-9, 8), true, 0.1, true},
		{"around ten times", fixWith(stat.Ratio, "ns", 10/1.1-1, 11-1-1e-9, 8), true, 0.1, true},
		{"just not", fixWith(stat.Ratio, "ns", 1/1.11-1, 0.11, 8), false, 0.11, true},
		{"no width", fixWith(stat.Ratio, "ns", 0.3, 0.3, 8), true, 0, true},
		{"as wide as can be", fixWith(stat.Ratio, "ns", -1, math.MaxFloat64, 8), false, math.MaxFloat64, true},
		{"a point of a share", fixWith(stat.Difference, "share", 0.30, 0.3199999, 8), true, 0.1, true},
		{"two points", fixWith(stat.Difference, "share", -0.02, 0.02, 8), false, 0.2, true},
		{"five pairs", fixWith(stat.Ratio, "ns", 0, 0.01, 5), false, 0, false},
		{"no interval", without, false, 0, false},
		{"not compared", summary.Fix{}, false, 0, false},
		{"a count has no shares", fixWith(stat.Difference, "count", 0, 0.01, 8), false, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			narrow, half, ok := summary.Narrow(c.fix, 0.1, 1)
			if narrow != c.narrow || ok != c.ok || math.Abs(half-c.half) > 1e-6*math.Max(1, c.half) {
				t.Errorf("%v, %v, %v; want %v, %v, %v", narrow, half, ok, c.narrow, c.half, c.ok)
			}
		})
	}
}

// With fewer pairs than Holm can decide by, two fixes would stop narrow, and both without a verdict.
func TestNarrowNeedsPairsThatCanDecide(t *testing.T) {
	for _, c := range []struct{ fixes, fewest int }{{0, 6}, {1, 6}, {2, 7}, {4, 8}, {5, 8}, {7, 9}} {
		for _, pairs := range []int{c.fewest - 1, c.fewest} {
			narrow, _, ok := summary.Narrow(fixWith(stat.Ratio, "ns", 0.3, 0.31, pairs), 0.1, c.fixes)
			if want := pairs == c.fewest; narrow != want || ok != want {
				t.Errorf("%d pairs of one of %d fixes: %v, %v", pairs, c.fixes, narrow, ok)
			}
		}
	}
}

// Two fixes that both changed, with as many pairs as it takes to stop, do have a verdict.
func TestNarrowCanBeDecided(t *testing.T) {
	for pairs := 5; pairs <= 8; pairs++ {
		w := fixesOf(t, 2)
		w.run.Pairs = pairs
		for _, fix := range []string{"fix0", "fix1"} {
			for i := range pairs {
				w.trial(i+1, results.Before, of(fix))
				w.trial(i+1, results.After, of(fix), slower(results.UnderTrigger, 0.5*noise[i]))
			}
		}
		for _, f := range w.compute().Fixes {
			if narrow, _, _ := summary.Narrow(f, 0.1, 2); narrow && f.Verdict != stat.Improved {
				t.Errorf("%d pairs are enough to stop, and the verdict is %v", pairs, f.Verdict)
			} else if !narrow && pairs > 6 {
				t.Errorf("%d pairs are not enough", pairs)
			}
		}
	}
}

// It depends on the width alone: swapping the arms, and moving the change to where it is significant, alter nothing.
func TestNarrowIsBlindToTheChange(t *testing.T) {
	width := func(factor float64) float64 {
		w := newWorld(t, repair)
		w.pairs(factor)
		_, half, ok := summary.Narrow(w.fix(), 0.1, 1)
		if !ok {
			t.Fatal("no width")
		}
		return half
	}
	same, half := width(1), width(0.5)
	if math.Abs(same-half) > 1e-4 || same < 0.005 {
		t.Errorf("+-%v without a change, +-%v with one", same, half)
	}
}

// A run that stops by width counts the pairs that it began: the others it did not need.
func TestStoppedByWidth(t *testing.T) {
	w := newWorld(t, repair)
	w.run.Pairs, w.run.Stop = 40, &results.Stop{Width: 0.5, MaxPairs: 40}
	undecided(w)
	s := w.compute()
	f := s.Fixes[0]
	_, half, _ := summary.Narrow(f, 0.5, 1)
	if f.Verdict != stat.Inconclusive || half < 0.3 {
		t.Errorf("%v, half-width %v", f.Verdict, half)
	}
	if f.Pairs.Planned != 40 {
		t.Errorf("%+v", f.Pairs)
	}
	if f.Need == nil || !strings.Contains(f.Need.Command, "--pairs 28 ") {
		t.Errorf("need %+v", f.Need)
	}
	for _, warning := range s.Warnings {
		if strings.Contains(warning.What, "can be judged") {
			t.Errorf("pairs that it did not need are missed: %+v", warning)
		}
	}
	w.trial(9, results.Before, invalid("the fault took no effect"))
	found := false
	for _, warning := range w.compute().Warnings {
		found = found || warning.What == "repair: 8 of 9 begun pairs can be judged"
	}
	if !found {
		t.Error("no warning of the pair that was begun")
	}
}
