package stat_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"aftershock/results/stat"
)

// Thrombolysis, 15 endpoints: Benjamini and Hochberg (1995), section 4.2. At 5 % their procedure rejects the four
// smallest; Hochberg's and Holm's, as Bonferroni, reject three.
var endpoints = []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
	0.6528, 0.7590, 1}

func TestAdjustOnPublishedEndpoints(t *testing.T) {
	rejected := func(p []float64) (n int) {
		for _, v := range p {
			if v <= 0.05 {
				n++
			}
		}
		return n
	}
	if n := rejected(stat.AdjustHolm(endpoints)); n != 3 {
		t.Errorf("Holm rejects %d of the endpoints, want 3", n)
	}
	if n := rejected(stat.AdjustBenjaminiHochberg(endpoints)); n != 4 {
		t.Errorf("Benjamini-Hochberg rejects %d of the endpoints, want 4", n)
	}
}

func TestAdjust(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name        string
		p, holm, bh []float64
	}{
		{"none", nil, []float64{}, []float64{}},
		{"one", []float64{0.04}, []float64{0.04}, []float64{0.04}},
		// As p.adjust of R gives them.
		{"five", []float64{0.01, 0.02, 0.03, 0.04, 0.05}, []float64{0.05, 0.08, 0.09, 0.09, 0.09},
			[]float64{0.05, 0.05, 0.05, 0.05, 0.05}},
		{"any order", []float64{0.04, 0.001, 0.5}, []float64{0.08, 0.003, 0.5}, []float64{0.06, 0.003, 0.5}},
		{"ties", []float64{0.02, 0.02, 0.02}, []float64{0.06, 0.06, 0.06}, []float64{0.02, 0.02, 0.02}},
		{"capped", []float64{0.9, 0.8}, []float64{1, 1}, []float64{0.9, 0.9}},
		{"zero", []float64{0, 1}, []float64{0, 1}, []float64{0, 1}},
		{"none of them", []float64{nan, -1, 2, math.Inf(-1)}, []float64{1, 1, 1, 1}, []float64{1, 1, 1, 1}},
		{"what is none still counts", []float64{0.02, nan}, []float64{0.04, 1}, []float64{0.04, 1}},
	} {
		given := slices.Clone(c.p)
		if got := stat.AdjustHolm(c.p); !slices.EqualFunc(got, c.holm, near) {
			t.Errorf("%s: Holm %v, want %v", c.name, got, c.holm)
		}
		if got := stat.AdjustBenjaminiHochberg(c.p); !slices.EqualFunc(got, c.bh, near) {
			t.Errorf("%s: Benjamini-Hochberg %v, want %v", c.name, got, c.bh)
		}
		if fmt.Sprint(given) != fmt.Sprint(c.p) {
			t.Errorf("%s: the p-values became %v", c.name, c.p)
		}
	}
}

// Holm without sorting: reject the smallest while it is at most the level over what remains.
func TestHolmStepsDown(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	for range 500 {
		p := make([]float64, 1+rng.IntN(8))
		for i := range p {
			p[i] = rng.Float64() * rng.Float64() * rng.Float64()
		}
		remaining := map[int]bool{}
		for i := range p {
			remaining[i] = true
		}
		for len(remaining) > 0 {
			smallest := -1
			for i := range remaining {
				if smallest < 0 || p[i] < p[smallest] {
					smallest = i
				}
			}
			if p[smallest]*float64(len(remaining)) > 0.05 {
				break
			}
			delete(remaining, smallest)
		}
		for i, a := range stat.AdjustHolm(p) {
			if (a <= 0.05) == remaining[i] {
				t.Fatalf("%v: adjusted %v, step by step %v remain", p, stat.AdjustHolm(p), remaining)
			}
		}
	}
}

func FuzzAdjust(f *testing.F) {
	f.Add(encode([2]float64{0.01, 0.02}, [2]float64{0.02, math.NaN()}), uint64(1))
	f.Add(encode([2]float64{0, 1}, [2]float64{-1, math.Inf(1)}), uint64(2))
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		a, b := decode(data)
		p := slices.Concat(a, b)
		holm, bh := stat.AdjustHolm(p), stat.AdjustBenjaminiHochberg(p)
		order := rand.New(rand.NewPCG(seed, 0)).Perm(len(p))
		shuffled := make([]float64, len(p))
		for i, j := range order {
			shuffled[i] = p[j]
		}
		holmShuffled, bhShuffled := stat.AdjustHolm(shuffled), stat.AdjustBenjaminiHochberg(shuffled)
		for i, j := range order {
			if holmShuffled[i] != holm[j] || bhShuffled[i] != bh[j] {
				t.Fatalf("%v: the order matters", p)
			}
		}
		for i := range p {
			// One unit in the last place, for m/k times p and (m-k+1) times p are rounded.
			if !(holm[i] >= 0 && holm[i] <= 1) || !(bh[i] >= 0 && bh[i] <= holm[i]*(1+1e-15)) || p[i] > 1 && bh[i] != 1 ||
				p[i] <= 1 && bh[i] < p[i]*(1-1e-15) {
				t.Fatalf("%v became %v and %v", p, holm, bh)
			}
			for j := range p {
				if p[i] >= 0 && p[i] < p[j] && p[j] <= 1 && (holm[i] > holm[j] || bh[i] > bh[j]) {
					t.Fatalf("%v: %v and %v are not in its order", p, holm, bh)
				}
			}
		}
	})
}

func TestCorrected(t *testing.T) {
	for _, c := range []struct {
		verdict  stat.Verdict
		adjusted float64
		want     stat.Verdict
	}{
		{stat.Improved, 0.05, stat.Improved}, {stat.Improved, 0.0500001, stat.Inconclusive},
		{stat.Regressed, 0, stat.Regressed}, {stat.Regressed, 1, stat.Inconclusive},
		{stat.Improved, math.NaN(), stat.Inconclusive},
		{stat.NoDifference, 1, stat.NoDifference}, {stat.Inconclusive, 0, stat.Inconclusive},
		{stat.NotExercised, 0, stat.NotExercised},
	} {
		if got := (stat.Comparison{Verdict: c.verdict}).Corrected(c.adjusted); got != c.want {
			t.Errorf("%v at %v is %v, want %v", c.verdict, c.adjusted, got, c.want)
		}
	}
}

// Of the primary metrics of three fixes one stands out so far that it counts among three.
func ExampleAdjustHolm() {
	fmt.Println(stat.AdjustHolm([]float64{0.03125, 0.0078125, 0.5}))
	fmt.Println(stat.AdjustBenjaminiHochberg([]float64{0.03125, 0.0078125, 0.5}))
	// Output:
	// [0.0625 0.0234375 0.5]
	// [0.046875 0.0234375 0.5]
}

// The correction for any dependence is that of Benjamini and Hochberg times the harmonic number: 3.318 for fifteen.
func TestBenjaminiYekutieli(t *testing.T) {
	h := 0.0
	for k := 1; k <= len(endpoints); k++ {
		h += 1 / float64(k)
	}
	bh, by := stat.AdjustBenjaminiHochberg(endpoints), stat.AdjustBenjaminiYekutieli(endpoints)
	for i := range by {
		if want := min(1, h*bh[i]); !near(by[i], want) {
			t.Errorf("%v becomes %v, want %v", endpoints[i], by[i], want)
		}
	}
	if math.Abs(h-3.318) > 0.001 || len(stat.AdjustBenjaminiYekutieli(nil)) != 0 {
		t.Errorf("harmonic number %v", h)
	}
}

// What pairs can show among tests, by the correction itself: that many of the smallest p-value at once are significant,
// and one fewer is not; that many pairs show one alone, and one pair fewer does not.
func TestReach(t *testing.T) {
	significant := func(tests, smallest, pairs int) bool {
		p := make([]float64, tests)
		for i := range p {
			if p[i] = 1; i < smallest {
				p[i] = math.Ldexp(2, -pairs)
			}
		}
		return stat.AdjustBenjaminiYekutieli(p)[0] <= 0.05
	}
	for tests := 1; tests <= 60; tests++ {
		for pairs := 6; pairs <= 16; pairs++ {
			atOnce, alone := stat.Reach(tests, pairs)
			if atOnce <= tests && !significant(tests, atOnce, pairs) || atOnce > 1 && significant(tests, atOnce-1, pairs) {
				t.Errorf("%d tests, %d pairs: %d at once", tests, pairs, atOnce)
			}
			if !significant(tests, 1, alone) || alone > 6 && significant(tests, 1, alone-1) {
				t.Errorf("%d tests: %d pairs for one", tests, alone)
			}
		}
	}
	if atOnce, alone := stat.Reach(30, 8); atOnce != 19 || alone != 13 {
		t.Errorf("8 pairs among 30: %d at once, %d alone", atOnce, alone)
	}
	if atOnce, alone := stat.Reach(0, 8); atOnce != 0 || alone != 0 {
		t.Errorf("no test: %d, %d", atOnce, alone)
	}
}
