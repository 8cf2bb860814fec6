package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results/stat"
)

// spreadBy are differences whose standard deviation is s.
func spreadBy(s float64) []float64 { return []float64{-s / math.Sqrt2, s / math.Sqrt2} }

// So many pairs as are planned do find the change in nine runs of ten, the smallest of several tests by Holm included.
func TestPlannedPairsFindTheChange(t *testing.T) {
	slow.Simulates(t)
	const repeats = 1500
	for _, tests := range []int{1, 4} {
		for _, spread := range []float64{0.5, 0.7, 1, 1.5, 2} { // in changes
			p, ok := stat.PairsToFind(spreadBy(spread), 1, tests)
			if !ok || math.Abs(p.Spread-spread) > 1e-9 {
				t.Fatalf("%+v, %t", p, ok)
			}
			rng, found := rand.New(rand.NewPCG(7, uint64(tests))), 0
			for range repeats {
				c := shifted(t, rng, p.Pairs, func(r *rand.Rand) float64 { return spread * r.NormFloat64() }, 1)
				if c.Verdict == stat.Improved && c.P*float64(tests) <= 0.05 {
					found++
				}
			}
			if share := float64(found) / repeats; share < 0.86 || share > 0.99 {
				t.Errorf("spread %v, %d tests: %d pairs find it in %.3f", spread, tests, p.Pairs, share)
			}
		}
	}
}

// Of eight in ten pilots, the range holds the number that the true spread asks for.
func TestTheRangeOfAPilotHolds(t *testing.T) {
	for _, n := range []int{3, 8} {
		rng, holds := rand.New(rand.NewPCG(11, uint64(n))), 0
		truth, _ := stat.PairsToFind(spreadBy(2), 1, 1)
		const repeats = 2000
		for range repeats {
			d := make([]float64, n)
			for i := range d {
				d[i] = 2 * rng.NormFloat64()
			}
			if p, _ := stat.PairsToFind(d, 1, 1); p.Least <= truth.Pairs && truth.Pairs <= p.Most {
				holds++
			}
		}
		if share := float64(holds) / repeats; share < 0.77 || share > 0.85 {
			t.Errorf("%d pairs: it holds in %.3f", n, share)
		}
	}
}

// Of two differences the ends of the range are those of the chi-squared interval with one degree of freedom, whose
// outer tenths begin at 0.0157908 and 2.7055435 (tables).
func TestTheEndsOfTheRange(t *testing.T) {
	p, _ := stat.PairsToFind(spreadBy(0.5), 1, 1)
	least, _ := stat.PairsToFind(spreadBy(0.5/math.Sqrt(2.7055435)), 1, 1)
	most, _ := stat.PairsToFind(spreadBy(0.5/math.Sqrt(0.0157908)), 1, 1)
	if p.Least != least.Pairs || p.Most != most.Pairs {
		t.Errorf("%+v, want %d to %d", p, least.Pairs, most.Pairs)
	}
}

// What is said of pairs and of the change that they find is the same thing from two sides.
func TestFindableIsWhatPairsToFindPlans(t *testing.T) {
	for _, tests := range []int{1, 4, 20} {
		if d, ok := stat.Findable(1, stat.FewestPairs(tests)-1, tests); ok || d != 0 {
			t.Errorf("fewer than %d pairs find %v", stat.FewestPairs(tests), d)
		}
		for _, pairs := range []int{stat.FewestPairs(tests), 20, 300} {
			d, ok := stat.Findable(0.3, pairs, tests)
			p, _ := stat.PairsToFind(spreadBy(0.3), d*1.0001, tests)
			if !ok || p.Pairs != pairs {
				t.Errorf("%d pairs, %d tests: they find %v, which takes %d", pairs, tests, d, p.Pairs)
			}
		}
	}
}

func TestPairsToFindOfSpecialCases(t *testing.T) {
	for name, c := range map[string]struct {
		differences []float64
		d           float64
	}{
		"none": {nil, 1}, "one": {[]float64{1}, 1}, "no change": {spreadBy(1), 0},
		"all equal": {[]float64{0.1, 0.1, 0.1}, 1},
		"no number": {spreadBy(1), math.NaN()},
	} {
		if p, ok := stat.PairsToFind(c.differences, c.d, 1); ok {
			t.Errorf("%s: %+v", name, p)
		}
	}
	p, ok := stat.PairsToFind(spreadBy(1), 1e-9, 0)
	if !ok || p.Pairs != stat.MaxPairs+1 || p.Least != p.Pairs {
		t.Errorf("what no run finds takes %+v, %t", p, ok)
	}
	differences := []float64{3, 1, 2}
	if _, ok := stat.PairsToFind(differences, 1, 1); !ok || !slices.Equal(differences, []float64{3, 1, 2}) {
		t.Error("it changed what it was given")
	}
}
