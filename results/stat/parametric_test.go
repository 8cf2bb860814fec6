package stat_test

import (
	"math/rand/v2"
	"testing"

	"aftershock/results/stat"
)

// Fewer pairs must not prove more. Of a run of eight pairs that leaves it open, some two or three pairs are significant
// by Student's t; they are too few by every method, and t is there for those who ask for it by name.
func TestFewerPairsProveNoMore(t *testing.T) {
	b := []float64{100, 101, 99, 102, 98, 100, 103, 97}
	a := []float64{90, 91.2, 90, 91, 130, 88, 150, 140}
	if whole := compare(t, b, a, latency); whole.Verdict != stat.Inconclusive {
		t.Fatalf("eight pairs are %v", whole.Verdict)
	}
	three := compare(t, b[:3], a[:3], latency)
	if three.Verdict != stat.TooFewPairs || three.P != 1 || three.Equivalence != 1 || !three.At95.HasInterval() {
		t.Errorf("three of them: %v, p %v, %+v", three.Verdict, three.P, three.At95)
	}
	if byName := stat.Parametric(three); byName.Verdict != stat.Improved || byName.P >= 0.05 || byName.At95 != three.At95 {
		t.Errorf("by t: %v, p %v", byName.Verdict, byName.P)
	}
}

// One pair has no t, bounds have none, and six pairs need none.
func TestParametricIsForTwoToFivePairs(t *testing.T) {
	sweep(t, func(_ *rand.Rand, before, after []float64, by stat.Criterion) {
		c := compare(t, before, after, by)
		if got, few := stat.Parametric(c), len(before) >= 2 && len(before) <= 5; (got.Verdict != stat.TooFewPairs) != (few || len(before) > 5) ||
			!few && (got.Verdict != c.Verdict || got.P != c.P) {
			t.Fatalf("%d pairs: %v is %v by t", len(before), c.Verdict, got.Verdict)
		}
	})
	c := compareArms(t, arm(1, 1, 1, 1), arm(1, 0.1, 0.2, 0.1), response)
	if got := stat.Parametric(c); c.Verdict != stat.TooFewPairs || got.Verdict != stat.TooFewPairs || got.P != 1 {
		t.Errorf("bounds of three pairs: %v, by t %v with p %v", c.Verdict, got.Verdict, got.P)
	}
}

// Two fixes of six pairs could only be inconclusive or no difference, where five of each gave any verdict. What can
// answer in one way only was not asked.
func TestTooFewPairsForTheCorrection(t *testing.T) {
	for _, c := range []struct {
		pairs, tests int
		few          bool
	}{{6, 1, false}, {6, 2, true}, {7, 2, false}, {7, 4, true}, {8, 4, false}, {5, 0, true}} {
		for _, v := range []stat.Verdict{stat.Improved, stat.NoDifference, stat.Inconclusive} {
			got := stat.Comparison{Verdict: v, At95: stat.Estimate{N: c.pairs}}.CorrectedAmong(c.tests, 0.01)
			if few := got == stat.TooFewPairs; few != c.few || !few && got != v {
				t.Errorf("%v with %d pairs among %d: %v", v, c.pairs, c.tests, got)
			}
		}
	}
	idle := stat.Comparison{Verdict: stat.NotExercised, At95: stat.Estimate{N: 2}}
	if got := idle.CorrectedAmong(4, 1); got != stat.NotExercised {
		t.Errorf("not exercised became %v", got)
	}
}
