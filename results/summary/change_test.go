package summary_test

import (
	"fmt"
	"math"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// A change is what results/stat says of the pairs in the order in which they were run, in the amounts of its scale.
func TestChangeOfARatio(t *testing.T) {
	w := newWorld(t, repair)
	factors := []float64{0.8, 0.9, 0.7, 1.1, 0.85, 0.75, 0.95, 0.6}
	for i, factor := range factors {
		w.pair(8-i, slower(results.UnderTrigger, factor))
	}
	p := w.fix().Primary
	c, err := stat.Compare(p.Before.Values, p.After.Values, stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range c.Differences { // as they were run: pair 8 first
		if math.Abs(d-math.Log(factors[i])) > 0.01 || p.Before.Pairs[i] != 8-i {
			t.Errorf("place %d: pair %d, ratio %v", i, p.Before.Pairs[i], math.Exp(d))
		}
	}
	correlation, _ := stat.Autocorrelation(c.Differences)
	unpaired, _ := stat.MannWhitney(p.Before.Values, p.After.Values)
	detectable, _ := stat.Detectable(c, 1)
	want := summary.Change{
		Value: math.Expm1(c.At95.Value), Low: math.Expm1(c.At95.Low), High: math.Expm1(c.At95.High),
		Low90: math.Expm1(c.At90.Low), High90: math.Expm1(c.At90.High), Confidence: 0.95, Achieved: c.At95.Achieved, Pairs: 8,
		Method: stat.Wilcoxon, Margin: 0.1, Alone: stat.Improved, Verdict: stat.Improved, P: c.P, Adjusted: c.P, Correction: stat.Holm,
		Equivalence: c.Equivalence, Detectable: math.Expm1(-detectable), DetectableHarm: math.Expm1(detectable),
		Autocorrelation: correlation, MannWhitney: unpaired,
	}
	if *p.Change != want {
		t.Errorf("got  %+v\nwant %+v", *p.Change, want)
	}
	if correlation == 0 || detectable == 0 || unpaired == 1 || want.Low90 <= want.Low {
		t.Errorf("the example shows too little: %+v", want)
	}
}

// On the difference scale amounts are what they are, and the margin is a tenth of that of ratios.
func TestChangeOfAShare(t *testing.T) {
	w := newWorld(t, repair)
	for pair, failed := range []int{0, 4, 8, 12, 16, 20, 24, 28} {
		w.pair(pair+1, become(results.UnderTrigger, failed, refused))
	}
	c := row(t, w.fix(), "failed", results.UnderTrigger).Change
	if c.Margin != 0.1/10 || math.Abs(c.Value-0.07) > 1e-9 || c.Low90 <= c.Low || c.High90 >= c.High {
		t.Errorf("%+v", *c)
	}
	if half := (c.High - c.Low) / 2; -c.Detectable <= half || -c.Detectable > 2*half || c.DetectableHarm != -c.Detectable {
		t.Errorf("detects %v with a half-width of %v", c.Detectable, half)
	}
}

// One pair has a change and nothing beside it: no p-value is small because it is unknown.
func TestChangeOfOnePair(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, slower(results.UnderTrigger, 0.5))
	c := *w.fix().Primary.Change
	want := summary.Change{
		Value: c.Value, Pairs: 1, Method: stat.NoInterval, Margin: 0.1, Alone: stat.TooFewPairs, Verdict: stat.TooFewPairs, P: 1, Adjusted: 1, Correction: stat.Holm, Equivalence: 1,
		MannWhitney: 1,
	}
	if c != want || math.Abs(c.Value+0.5) > 0.01 {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

// Pairs that are all equal have an interval of no width: no difference, nothing detectable to tell, no correlation.
func TestChangeOfEqualPairs(t *testing.T) {
	w := newWorld(t, repair)
	for pair := 1; pair <= 8; pair++ {
		w.pair(pair)
	}
	f := w.fix()
	c := f.Primary.Change
	if f.Verdict != stat.NoDifference || c.P != 1 || c.Detectable != 0 || c.Autocorrelation != 0 || c.MannWhitney != 1 || c.Low != 0 || c.High != 0 {
		t.Errorf("%v, %+v", f.Verdict, *c)
	}
}

// What is detectable is said of the direction that matters, and after the correction: among four fixes -58 % where
// eight pairs by themselves find -46 %. The upward end of such an interval says nothing of a repair.
func TestDetectableIsForTheBetterAndCorrected(t *testing.T) {
	wide := []float64{0.4, 0.7, 1.3, 1.9, 0.6, 0.9, 1.5, 1.1}
	var found []float64
	for _, fixes := range []int{1, 4} {
		w := newWorld(t, repair)
		for i := 1; i < fixes; i++ {
			other := repair
			other.Name = fmt.Sprintf("other-%d", i)
			w.run.Fixes = append(w.run.Fixes, other)
		}
		for i, n := range wide {
			w.pair(i+1, slower(results.UnderTrigger, 0.2*n))
		}
		c := w.fix().Primary.Change
		found = append(found, c.Detectable)
		if c.Detectable <= -1 || c.Detectable >= 0 || c.DetectableHarm <= -c.Detectable {
			t.Errorf("%d fixes: %v for the better, %v for the worse", fixes, c.Detectable, c.DetectableHarm)
		}
	}
	if found[1] >= found[0] {
		t.Errorf("among four fixes %v is found, by itself %v", found[1], found[0])
	}
}

// Fewer than six pairs are shown with the interval of t, as the method says, and are too few to decide.
func TestChangeOfFewPairs(t *testing.T) {
	w := newWorld(t, repair)
	for i, n := range noise[:4] {
		w.pair(i+1, slower(results.UnderTrigger, n/2))
	}
	f := w.fix()
	if c := f.Primary.Change; f.Verdict != stat.TooFewPairs || c.Method != stat.StudentT || c.P != 1 || c.High >= 0 || c.Detectable != 0 {
		t.Errorf("%v, %+v", f.Verdict, *c)
	}
	if want := "with 4 pairs no change could have been found: that takes 6"; f.Why != want || f.Need == nil || f.Need.MorePairs != 2 {
		t.Errorf("because %q, need %+v", f.Why, f.Need)
	}
}
