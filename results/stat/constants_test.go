package stat_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"aftershock/results/stat"

	"gonum.org/v1/gonum/stat/distuv"
)

// These are what docs/statistics.md and the figures of a run are written for.
func TestWhatIsPromisedInNumbers(t *testing.T) {
	if stat.FewestBeyond != 20 || stat.Disturbed != 0.05 || stat.MaxPairs != 1000 {
		t.Errorf("%d beyond a quantile, disturbed above %v, %d pairs", stat.FewestBeyond, stat.Disturbed, stat.MaxPairs)
	}
}

// The widest values and the lowest confidence that are allowed, and what is just beyond them.
func TestLimitsOfASample(t *testing.T) {
	for _, c := range []struct {
		value, confidence float64
		want              string
	}{
		{0.95e151, 0.95, ""}, {1.05e151, 0.95, "magnitude at most 1e+151)"},
		{-1.05e151, 0.95, "magnitude at most 1e+151)"},
		{1, 0.5, ""}, {1, 0.49, "confidence 0.49 (allowed: 0.5 to 0.999999)"},
	} {
		_, err := stat.HodgesLehmann(slices.Repeat([]float64{c.value}, 8), c.confidence)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v at %v: %v, want %q", c.value, c.confidence, err, c.want)
		}
	}
}

// Among few differences what is detectable is, over the mean half-width of the t interval, the shift that Student's t
// finds in four of five samples: here by integration over the standard deviations that there may be.
func TestDetectableOfAFewByIntegration(t *testing.T) {
	for n := 2; n <= 5; n++ {
		freedom, root := float64(n-1), math.Sqrt(float64(n))
		critical := distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(0.975)
		chi := distuv.ChiSquared{K: freedom}
		over := func(f func(s float64) float64) (sum float64) { // the mean of f over standard deviations
			const step = 1e-3
			for s := step / 2; s < 6; s += step {
				square := s * s * freedom
				sum += f(s) * chi.Prob(square) * 2 * s * freedom * step
			}
			return sum
		}
		half := critical * over(func(s float64) float64 { return s }) / root
		c := stat.Parametric(shiftedBy(t, n))
		d, ok := stat.Detectable(c, 1)
		shift := d / c.At95.HalfWidth() * half
		found := over(func(s float64) float64 { return distuv.UnitNormal.CDF(shift*root - critical*s) })
		if !ok || math.Abs(found-0.8) > 0.002 {
			t.Errorf("%d differences: %.4f of the samples", n, found)
		}
	}
}

// shiftedBy compares n pairs whose differences are 1 to n.
func shiftedBy(t *testing.T, n int) stat.Comparison {
	t.Helper()
	after := make([]float64, n)
	for i := range after {
		after[i] = float64(i + 1)
	}
	return compare(t, make([]float64, n), after, unjudged)
}

// Up to eight values all orders are looked at, and from nine on it is Student's t.
func TestHowManyOrdersAreLookedAt(t *testing.T) {
	y := []float64{2, 1, 4, 3, 6, 5, 8, 7, 9}
	for n, exact := range map[int]bool{8: true, 9: false} {
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(i)
		}
		c, ok := stat.RankCorrelation(x, y[:n])
		freedom := float64(n - 2)
		byT := distuv.StudentsT{Sigma: 1, Nu: freedom}.Survival(c.R * math.Sqrt(freedom/(1-c.R*c.R)))
		if same := math.Abs(c.P-byT) < 1e-12; !ok || same == exact {
			t.Errorf("%d values: p %v, by t %v", n, c.P, byT)
		}
	}
}

// So many signals of so few attempts have just shown that the score is blind, or just not.
func TestHowManyAttemptsShowThatAScoreIsBlind(t *testing.T) {
	scores, fix := attempts(noiseBefore, noiseAfter)
	for _, c := range []struct {
		signals, attempts int
		want              bool
	}{{3, 6, true}, {7, 7, false}} { // 3 * 2/2^6 is 9.4 %, 7 * 2/2^7 is 10.9 %
		all := fix
		all.Signals = slices.Repeat(fix.Signals, c.signals)
		if got, err := stat.AskScore(scores, c.attempts, []stat.Attempted{all}); err != nil || got.Usable != c.want {
			t.Errorf("%d signals, %d attempts: %v, %s", c.signals, c.attempts, err, got.Why)
		}
	}
}

// An open end leaves nothing that is within a margin, and no difference is never found.
func TestWhatAnOpenEndLeaves(t *testing.T) {
	c := compareArms(t, arm(1, append(repeat(0.5, 7), 1)...), arm(1, append(repeat(0.52, 7), 0.9)...), response)
	if c.Open != stat.OpenLow || !(c.At90.High > 0 && c.At90.High < response.Limit()) || stat.NonInferior(c, 0.1) {
		t.Errorf("open at %q, up to %v, non-inferior %v", c.Open, c.At90.High, stat.NonInferior(c, 0.1))
	}
	if c.Equivalence != 1 {
		t.Errorf("equivalence %v", c.Equivalence)
	}
	few := compareArms(t, arm(1, 1, 0.5), arm(1, 0.5, 0.4), response)
	if few.P != 1 || few.Equivalence != 1 {
		t.Errorf("two pairs: p %v, equivalence %v", few.P, few.Equivalence)
	}
	// Both arms of a pair are bounds, and of all others the change is one and a half times, or less.
	c = compareArms(t, arm(1, append(repeat(0.1, 14), 1)...), arm(1, append(repeat(0.15, 14), 1)...), response)
	if c.Open != stat.OpenHigh || c.Verdict != stat.Regressed {
		t.Errorf("open at %q, %v", c.Open, c.Verdict)
	}
}

// One of one attempt may be chosen.
func TestChooseOne(t *testing.T) {
	scores, fix := attempts(noiseBefore, noiseAfter)
	if got, err := stat.Choose(scores, 1, []stat.Attempted{fix}); err != nil || len(got.Judged) != 1 {
		t.Errorf("%v, %+v", err, got)
	}
}
