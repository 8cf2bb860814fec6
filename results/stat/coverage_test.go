package stat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"aftershock/results/stat"
)

// Coverage of the true difference, over symmetric shapes: even, normal, and with tails so heavy that there is no mean.
// The signed-rank interval promises its achieved confidence for each, neither less nor more.
func TestCoverage(t *testing.T) {
	const repeats = 4000
	shapes := map[string]func(*rand.Rand) float64{
		"uniform": func(r *rand.Rand) float64 { return r.Float64() - 0.5 },
		"normal":  (*rand.Rand).NormFloat64,
		"Cauchy":  func(r *rand.Rand) float64 { return math.Tan(math.Pi * (r.Float64() - 0.5)) },
	}
	for _, name := range []string{"uniform", "normal", "Cauchy"} {
		for _, n := range []int{3, 5, 6, 8, 10} {
			if n < 6 && name != "normal" {
				continue // t promises nothing there
			}
			rng := rand.New(rand.NewPCG(7, uint64(n)))
			const truth = 0.25
			hit95, hit90 := 0, 0
			var c stat.Comparison
			for range repeats {
				before, after := make([]float64, n), make([]float64, n)
				for i := range before {
					after[i] = truth + shapes[name](rng)
				}
				c = compare(t, before, after, stat.Criterion{Scale: stat.Difference, Better: stat.Lower})
				hit95 += contains(c.At95, truth)
				hit90 += contains(c.At90, truth)
			}
			for _, e := range []struct {
				stat.Estimate
				hits int
			}{{c.At95, hit95}, {c.At90, hit90}} {
				p := e.Achieved
				allowed := 4 * math.Sqrt(p*(1-p)/repeats)
				if got := float64(e.hits) / repeats; math.Abs(got-p) > allowed {
					t.Errorf("%s, %d pairs: covers %.4f, achieved says %.4f +- %.4f", name, n, got, p, allowed)
				}
			}
		}
	}
}

func contains(e stat.Estimate, v float64) int {
	if e.Low <= v && v <= e.High {
		return 1
	}
	return 0
}

// Identical arms, ratio scale, no margin: a verdict is a false alarm, and as often up as down.
func TestFalseAlarms(t *testing.T) {
	const repeats = 4000
	rng := rand.New(rand.NewPCG(8, 9))
	count := map[stat.Verdict]int{}
	by := latency
	by.Margin = 0
	var achieved float64
	for range repeats {
		before, after := arms(rng, 8, stat.Ratio, 0.1, 0)
		c := compare(t, before, after, by)
		count[c.Verdict]++
		achieved = c.At95.Achieved
	}
	tail := (1 - achieved) / 2
	allowed := 4 * math.Sqrt(tail*(1-tail)/repeats)
	for _, v := range []stat.Verdict{stat.Improved, stat.Regressed} {
		if got := float64(count[v]) / repeats; math.Abs(got-tail) > allowed {
			t.Errorf("%v in %.4f of the A/A comparisons, want %.4f +- %.4f", v, got, tail, allowed)
		}
	}
}
