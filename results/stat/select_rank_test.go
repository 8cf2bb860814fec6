package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"aftershock/results/stat"
)

func TestRankCorrelation(t *testing.T) {
	for name, c := range map[string]struct {
		x, y []float64
		r, p float64
	}{
		// 3! orders: one is as large.
		"three that agree":          {[]float64{1, 2, 3}, []float64{5, 7, 90}, 1, 1.0 / 6},
		"three that contradict":     {[]float64{1, 2, 3}, []float64{9, 8, 7}, -1, 1},
		"eight that agree":          {[]float64{1, 2, 3, 4, 5, 6, 7, 8}, []float64{1, 2, 3, 4, 5, 6, 7, 8}, 1, 1.0 / 40320},
		"nine that agree":           {[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 0},
		"nine that contradict":      {[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, []float64{9, 8, 7, 6, 5, 4, 3, 2, 1}, -1, 1},
		"ties have their mean rank": {[]float64{1, 1, 2, 2}, []float64{3, 4, 5, 6}, 4 / math.Sqrt(20), 4.0 / 24},
		"ties on both sides":        {[]float64{0, 0, 1}, []float64{0, 0, 1}, 1, 1.0 / 3},
		"a textbook's, ten children": {[]float64{106, 100, 86, 101, 99, 103, 97, 113, 112, 110},
			[]float64{7, 27, 2, 50, 28, 29, 20, 12, 6, 17}, -29.0 / 165, 0.6864},
	} {
		got, ok := stat.RankCorrelation(c.x, c.y)
		if !ok || math.Abs(got.R-c.r) > 1e-12 || math.Abs(got.P-c.p) > 5e-5 || got.N != len(c.x) {
			t.Errorf("%s: %+v, %v; want r %v, p %v", name, got, ok, c.r, c.p)
		}
	}
}

func TestNoRankCorrelation(t *testing.T) {
	for name, c := range map[string]struct{ x, y []float64 }{
		"constant":   {[]float64{1, 1, 1}, []float64{1, 2, 3}},
		"constant y": {[]float64{1, 2, 3}, []float64{4, 4, 4}},
		"two":        {[]float64{1, 2}, []float64{1, 2}},
		"none":       {},
		"unequal":    {[]float64{1, 2, 3}, []float64{1, 2, 3, 4}},
		"NaN":        {[]float64{1, 2, math.NaN()}, []float64{1, 2, 3}},
		"infinite":   {[]float64{1, 2, 3}, []float64{1, 2, math.Inf(-1)}},
	} {
		if got, ok := stat.RankCorrelation(c.x, c.y); ok || got != (stat.Correlation{}) {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

// Ranks know neither unit nor scale, and neither side nor order matters.
func TestRankCorrelationIsOfRanks(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		n := 3 + rng.IntN(20)
		x, y, far := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = float64(rng.IntN(7)), rng.NormFloat64()
			far[i] = 10 + math.Exp(3*y[i])
		}
		a, ok := stat.RankCorrelation(x, y)
		b, okFar := stat.RankCorrelation(far, x)
		if ok != okFar || a.R != b.R || math.Abs(a.P-b.P) > 1e-12 {
			t.Fatalf("%v and %v: %+v and %+v", x, y, a, b)
		}
		if !(a.R >= -1 && a.R <= 1 && a.P >= 0 && a.P <= 1) {
			t.Fatalf("%+v", a)
		}
	}
}

// From nine values on P is Student's. At nine, where it is least good, all orders tell by how much it is off.
func TestStudentsTIsNearAllOrders(t *testing.T) {
	const n = 9
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	var rs []float64
	var shown []stat.Correlation
	y := slices.Clone(x)
	var place func(i int)
	place = func(i int) {
		if i == n {
			products := 0.0
			for j := range x {
				products += x[j] * y[j]
			}
			rs = append(rs, products)
			if len(rs)%503 == 0 {
				c, _ := stat.RankCorrelation(x, y)
				shown = append(shown, c)
			}
			return
		}
		for j := i; j < n; j++ {
			y[i], y[j] = y[j], y[i]
			place(i + 1)
			y[i], y[j] = y[j], y[i]
		}
	}
	place(0)
	slices.Sort(rs)
	for _, c := range shown {
		// r is 1 - (204 - products) / 60, with 204 the sum of the squares.
		from, _ := slices.BinarySearch(rs, math.Round(204-60*(1-c.R)))
		exact := float64(len(rs)-from) / float64(len(rs))
		if off := math.Abs(c.P - exact); off > 0.015 || exact < 0.15 && off > 0.007 {
			t.Errorf("r %.3f: p %.4f, of all orders %.4f", c.R, c.P, exact)
		}
	}
}
