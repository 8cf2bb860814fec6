package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	moremath "github.com/aclements/go-moremath/stats"

	"aftershock/results/stat"
)

// coarse rounds differences to a grid, so that ties and zeros are common.
func coarse(rng *rand.Rand, n int) []float64 {
	d := make([]float64, n)
	for i := range d {
		d[i] = rng.NormFloat64() + rng.Float64()
		if n%2 == 0 {
			d[i] = math.Round(2*d[i]) / 2
		}
	}
	return d
}

// The p-values and the intervals are one test: they reject together. Grids of halves put intervals right at 0 and at
// the margin, which count as within and as outside.
func TestPValuesAgreeWithTheIntervals(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	seen := map[[2]bool]int{}
	for range 20000 {
		n := 2 + rng.IntN(19)
		by := stat.Criterion{Scale: stat.Difference, Better: stat.Lower, Margin: float64(rng.IntN(5)) / 2}
		c := stat.Parametric(compare(t, make([]float64, n), coarse(rng, n), by))
		changed := c.At95.Low > 0 || c.At95.High < 0
		same := c.At90.Low > -by.Limit() && c.At90.High < by.Limit()
		if changed != (c.P <= 0.05) || same != (c.Equivalence <= 0.05) {
			t.Fatalf("p %v beside 95 %% %+v, equivalence p %v beside 90 %% %+v, limit %v: %v",
				c.P, c.At95, c.Equivalence, c.At90, by.Limit(), c.Differences)
		}
		seen[[2]bool{changed, same}]++
	}
	for _, k := range [][2]bool{{false, false}, {false, true}, {true, false}, {true, true}} {
		if seen[k] < 100 {
			t.Errorf("changed %t and same %t only %d times", k[0], k[1], seen[k])
		}
	}
}

// The test in its usual form: the rank sum of the positive differences among all 2^n assignments of signs.
func TestPAgainstEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for range 200 {
		n := 6 + rng.IntN(6)
		d := make([]float64, n)
		for i := range d {
			d[i] = 0.5 + rng.NormFloat64()
		}
		size := slices.Clone(d)
		slices.SortFunc(size, func(a, b float64) int { return int(math.Copysign(1, math.Abs(a)-math.Abs(b))) })
		positive, most := 0, n*(n+1)/2
		for i, v := range size {
			if v > 0 {
				positive += i + 1
			}
		}
		extreme := min(positive, most-positive)
		count := 0
		for signs := range 1 << n {
			w := 0
			for k := range n {
				w += (signs >> k & 1) * (k + 1)
			}
			if min(w, most-w) <= extreme {
				count++
			}
		}
		c := compare(t, make([]float64, n), d, stat.Criterion{Scale: stat.Difference, Better: stat.Lower})
		if want := float64(count) / float64(int(1)<<n); !(math.Abs(c.P-want) <= 1e-15) {
			t.Fatalf("%v: p = %v, enumeration %v", d, c.P, want)
		}
	}
}

// Differences of -1, 0 and 1 with equal chances, all 3^n of them: no p-value comes up more often than it says.
func TestPWithTiesIsConservative(t *testing.T) {
	for n := 6; n <= 9; n++ {
		var ps []float64
		d := make([]float64, n)
		for code := range int(math.Pow(3, float64(n))) {
			for i, c := 0, code; i < n; i, c = i+1, c/3 {
				d[i] = float64(c%3 - 1)
			}
			c := compare(t, make([]float64, n), d, stat.Criterion{Scale: stat.Difference, Better: stat.Lower})
			ps = append(ps, c.P)
		}
		slices.Sort(ps)
		for i, p := range ps {
			if i+1 < len(ps) && ps[i+1] == p {
				continue
			}
			if share := float64(i+1) / float64(len(ps)); share > p {
				t.Fatalf("n=%d: p <= %v in %v of all cases", n, p, share)
			}
		}
	}
}

// Darwin's maize again, whole: scipy.stats.wilcoxon gives 0.041259765625.
func TestPOfDarwinsMaize(t *testing.T) {
	d := []float64{6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75}
	c := compare(t, make([]float64, len(d)), d, stat.Criterion{Scale: stat.Difference, Better: stat.Higher})
	if c.P != 0.041259765625 {
		t.Errorf("p = %v", c.P)
	}
}

// Up to 5 pairs against the paired t-test of moremath, which benchstat uses; one-sided tests at the margin are the same
// test with the margin taken off.
func TestPOfFewPairsAgainstMoremath(t *testing.T) {
	rng := rand.New(rand.NewPCG(25, 26))
	p := func(before, after []float64, shift float64, alt moremath.LocationHypothesis) float64 {
		r, err := moremath.PairedTTest(after, before, shift, alt)
		if err != nil {
			t.Fatal(err)
		}
		return r.P
	}
	for range 500 {
		n := 2 + rng.IntN(4)
		before, after := arms(rng, n, stat.Difference, 0.3, rng.NormFloat64())
		by := stat.Criterion{Scale: stat.Difference, Better: stat.Lower, Margin: 0.5}
		c := stat.Parametric(compare(t, before, after, by))
		want := max(p(before, after, -by.Margin, moremath.LocationGreater), p(before, after, by.Margin, moremath.LocationLess))
		if two := p(before, after, 0, moremath.LocationDiffers); !(math.Abs(c.P-two) <= 1e-6) ||
			!(math.Abs(c.Equivalence-want) <= 1e-6) {
			t.Fatalf("p %v and %v, moremath %v and %v", c.P, c.Equivalence, two, want)
		}
	}
}

// Mean over standard error at the printed quantiles of t: n differences of which one is 1 and the others 0, moved by a
// constant, have a standard error of 1/n.
func TestPOfFewPairsAtPrintedQuantiles(t *testing.T) {
	for p, quantiles := range map[float64][]float64{
		0.10: {6.3138, 2.9200, 2.3534, 2.1318},
		0.05: {12.7062, 4.3027, 3.1824, 2.7764},
		0.01: {63.6567, 9.9248, 5.8409, 4.6041},
	} {
		for i, q := range quantiles {
			n := i + 2
			d := slices.Repeat([]float64{(q - 1) / float64(n)}, n)
			d[0]++
			c := stat.Parametric(compare(t, make([]float64, n), d, stat.Criterion{Scale: stat.Difference, Better: stat.Lower}))
			if !(math.Abs(c.P-p) <= 2e-5) {
				t.Errorf("n=%d, t=%v: p = %v, the table says %v", n, q, c.P, p)
			}
		}
	}
}

func TestPValuesOfSpecialCases(t *testing.T) {
	for _, c := range []struct {
		name           string
		d              []float64
		margin         float64
		p, equivalence float64
	}{
		{"no pair", nil, 1, 1, 1},
		{"one pair", []float64{5}, 1, 1, 1},
		{"all zero, by t", make([]float64, 3), 1, 1, 0},
		{"all zero, by t, no margin", make([]float64, 3), 0, 1, 1},
		{"all equal, by t", []float64{2, 2, 2}, 1, 0, 1},
		{"all equal, within the margin, by t", []float64{2, 2, 2}, 3, 0, 0},
		{"all equal, at the margin, by t", []float64{2, 2, 2}, 2, 0, 1},
		{"all zero", make([]float64, 6), 1, 1, 1. / 64},
		{"all zero, no margin", make([]float64, 6), 0, 1, 1},
		{"all equal", slices.Repeat([]float64{2}, 6), 1, 2. / 64, 1},
		{"all equal, at the margin", slices.Repeat([]float64{2}, 6), 2, 2. / 64, 1},
		{"a zero among positive ones", []float64{0, 1, 2, 3, 4, 5}, 9, 4. / 64, 1. / 64},
	} {
		by := stat.Criterion{Scale: stat.Difference, Better: stat.Lower, Margin: c.margin}
		got := stat.Parametric(compare(t, make([]float64, len(c.d)), c.d, by))
		if got.P != c.p || got.Equivalence != c.equivalence {
			t.Errorf("%s: p %v and %v, want %v and %v", c.name, got.P, got.Equivalence, c.p, c.equivalence)
		}
	}
}

func TestPValuesOfEqualComparisonsAreEqual(t *testing.T) {
	sweep(t, func(rng *rand.Rand, before, after []float64, by stat.Criterion) {
		c, swapped := compare(t, before, after, by), compare(t, after, before, by)
		if !near(c.P, swapped.P) || !near(c.Equivalence, swapped.Equivalence) {
			t.Fatalf("p %v and %v, with the arms swapped %v and %v", c.P, c.Equivalence, swapped.P, swapped.Equivalence)
		}
		var b, a []float64
		for _, i := range rng.Perm(len(before)) {
			b, a = append(b, before[i]), append(a, after[i])
		}
		if p := compare(t, b, a, by); c.P != p.P || c.Equivalence != p.Equivalence {
			t.Fatalf("p %v and %v, in another order %v and %v", c.P, c.Equivalence, p.P, p.Equivalence)
		}
		if by.Scale != stat.Ratio {
			return
		}
		for i := range b { // a power of two, so that ties stay ties
			b[i], a[i] = b[i]*1024, a[i]*1024
		}
		if p := compare(t, b, a, by); !(math.Abs(c.P-p.P) <= 1e-6) || !(math.Abs(c.Equivalence-p.Equivalence) <= 1e-6) {
			t.Fatalf("p %v and %v, in another unit %v and %v", c.P, c.Equivalence, p.P, p.Equivalence)
		}
	})
}
