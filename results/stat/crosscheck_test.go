package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"aftershock/results/stat"
)

func TestAutocorrelation(t *testing.T) {
	for _, c := range []struct {
		name string
		d    []float64
		want float64
		ok   bool
	}{
		// Mean 2.5; products -1.5*-0.5 + -0.5*0.5 + 0.5*1.5 = 1.25; squares 5.
		{"rising", []float64{1, 2, 3, 4}, 0.25, true},
		{"to and fro", []float64{1, -1, 1, -1}, -0.75, true},
		{"one step", []float64{0, 0, 0, 1}, -1. / 12, true},
		{"three values", []float64{1, 2, 3}, 0, false},
		{"none", nil, 0, false},
		{"all equal", []float64{0.1, 0.1, 0.1, 0.1}, 0, false},
		{"NaN", []float64{1, 2, math.NaN(), 4}, 0, false},
		{"infinite", []float64{1, 2, math.Inf(1), 4}, 0, false},
		{"huge", []float64{-math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64}, -0.75, true},
		{"tiny", []float64{0, 1e-320, 0, 1e-320}, -0.75, true},
	} {
		if r, ok := stat.Autocorrelation(c.d); !(math.Abs(r-c.want) <= 1e-12) || ok != c.ok {
			t.Errorf("%s: %v, %t; want %v, %t", c.name, r, ok, c.want, c.ok)
		}
	}
}

// x_t = 0.6 x_(t-1) + e_t has an autocorrelation of 0.6; shuffled it has -1/n, on average.
func TestAutocorrelationOfASeries(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 52))
	d := make([]float64, 20000)
	for i := range d {
		d[i] = rng.NormFloat64()
		if i > 0 {
			d[i] += 0.6 * d[i-1]
		}
	}
	if r, ok := stat.Autocorrelation(d); !ok || !(math.Abs(r-0.6) <= 0.03) {
		t.Errorf("in order %v", r)
	}
	rng.Shuffle(len(d), func(i, j int) { d[i], d[j] = d[j], d[i] })
	if r, ok := stat.Autocorrelation(d); !ok || !(math.Abs(r) <= 0.03) {
		t.Errorf("shuffled %v", r)
	}
	negated := slices.Clone(d)
	for i := range negated {
		negated[i] = 3 - 2*d[i]
	}
	a, _ := stat.Autocorrelation(d)
	if b, _ := stat.Autocorrelation(negated); !(math.Abs(a-b) <= 1e-9) {
		t.Errorf("%v, of the arms swapped and scaled %v", a, b)
	}
}

func TestMannWhitney(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name          string
		before, after []float64
		want          float64
		ok            bool
	}{
		// Two ways of C(2n, n): apart altogether.
		{"4 apart", []float64{1, 2, 3, 4}, []float64{5, 6, 7, 8}, 2. / 70, true},
		{"6 apart", []float64{11, 12, 13, 14, 15, 16}, []float64{5, 6, 7, 8, 9, 10}, 2. / 924, true},
		// U = 2 of 5 and 5: the printed tables give 5 % two-sided; exactly 2 * 4/252.
		{"U of 2", []float64{1, 2, 3, 4, 7}, []float64{5, 6, 8, 9, 10}, 8. / 252, true},
		{"evenly mixed", []float64{1, 4}, []float64{2, 3}, 1, true},
		{"all equal", []float64{1, 1}, []float64{1, 1, 1}, 1, true},
		{"one each", []float64{1}, []float64{2}, 1, true},
		{"one arm constant", []float64{1, 1, 1, 1}, []float64{5, 6, 7, 8}, 2. / 70, true},
		{"nothing before", nil, []float64{1}, 0, false},
		{"nothing after", []float64{1}, nil, 0, false},
		{"NaN", []float64{1, nan}, []float64{1, 2}, 0, false},
		{"infinite", []float64{1, 2}, []float64{inf, 2}, 0, false},
	} {
		p, ok := stat.MannWhitney(c.before, c.after)
		if !(math.Abs(p-c.want) <= 1e-12) || ok != c.ok {
			t.Errorf("%s: %v, %t; want %v, %t", c.name, p, ok, c.want, c.ok)
		}
		if back, _ := stat.MannWhitney(c.after, c.before); back != p {
			t.Errorf("%s: %v, with the arms swapped %v", c.name, p, back)
		}
	}
}

// Pairing is what it does not see: the same difference in each pair, small beside what the pairs differ by.
func TestMannWhitneyIsBlindToPairs(t *testing.T) {
	before, after := make([]float64, 10), make([]float64, 10)
	for i := range before {
		before[i] = math.Exp(float64(i))
		after[i] = before[i] * (1.05 + float64(i)/1000)
	}
	c := compare(t, before, after, latency)
	if p, ok := stat.MannWhitney(before, after); !ok || p < 0.5 || c.P > 0.002 {
		t.Errorf("unpaired %v, paired %v", p, c.P)
	}
}
