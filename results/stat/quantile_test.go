package stat_test

import (
	"math"
	"slices"
	"testing"

	"aftershock/results/stat"
)

// The nearest rank in integers, for q in ten-thousandths: ceil(q n). Each lands where the decimal says, although most
// of the float64 products do not.
func TestQuantileAndBeyondAgainstIntegers(t *testing.T) {
	samples := make([]int64, 5000)
	for i := range samples {
		samples[i] = int64(i + 1) // a sample is its own rank
	}
	for _, n := range []int{1, 2, 3, 7, 20, 99, 100, 101, 999, 1000, 1001, 2000, 4096, 5000} {
		for parts := range 10001 {
			rank := (parts*n + 9999) / 10000
			q := float64(parts) / 10000
			if got := stat.Beyond(n, q); got != n-rank {
				t.Fatalf("Beyond(%d, %v) = %d, want %d", n, q, got, n-rank)
			}
			got, ok := stat.Quantile(samples[:n], q)
			if want := int64(max(rank, 1)); !ok || got != want {
				t.Fatalf("Quantile of 1..%d at %v = %d, %t; want %d", n, q, got, ok, want)
			}
		}
	}
}

func TestBeyond(t *testing.T) {
	for _, c := range []struct {
		n    int
		q    float64
		want int
	}{
		{2000, 0.99, 20}, {1999, 0.99, 19}, {20000, 0.999, 20}, {19999, 0.999, 19}, {200000, 0.9999, 20},
		{1_000_000_000, 0.99999, 10_000}, {40, 0.5, 20}, {100, 0, 100}, {100, 1, 0}, {1, 0, 1},
		{0, 0.99, 0}, {-5, 0.99, 0}, {100, -0.1, 0}, {100, 1.1, 0}, {100, math.NaN(), 0}, {100, 99, 0},
	} {
		if got := stat.Beyond(c.n, c.q); got != c.want {
			t.Errorf("Beyond(%d, %v) = %d, want %d", c.n, c.q, got, c.want)
		}
	}
}

func TestQuantileEdges(t *testing.T) {
	sorted := []float64{1.5, 2.5, 9}
	for _, c := range []struct{ q, want float64 }{{0, 1.5}, {1e-20, 1.5}, {0.34, 2.5}, {0.67, 9}, {1, 9}} {
		if got, ok := stat.Quantile(sorted, c.q); !ok || got != c.want {
			t.Errorf("at %v: %v, %t; want %v", c.q, got, ok, c.want)
		}
	}
	for _, q := range []float64{-0.01, 1.01, math.NaN(), 99} {
		if got, ok := stat.Quantile(sorted, q); ok {
			t.Errorf("at %v: %v", q, got)
		}
	}
	if got, ok := stat.Quantile([]int64(nil), 0.5); ok || got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
		ok     bool
	}{
		{[]float64{3, 1, 2}, 2, true}, {[]float64{4, 1, 3, 2}, 2.5, true}, {[]float64{7}, 7, true},
		{[]float64{math.MaxFloat64, math.MaxFloat64}, math.MaxFloat64, true},
		{[]float64{math.MaxFloat64 / 2, math.MaxFloat64}, math.MaxFloat64 * 0.75, true},
		{nil, 0, false}, {[]float64{1, math.NaN()}, 0, false}, {[]float64{math.Inf(-1), math.Inf(1)}, 0, false},
	} {
		kept := slices.Clone(c.values)
		if got, ok := stat.Median(c.values); got != c.want || ok != c.ok {
			t.Errorf("Median(%v) = %v, %t; want %v, %t", c.values, got, ok, c.want, c.ok)
		}
		if len(kept) == 3 && !slices.Equal(kept, c.values) {
			t.Errorf("Median sorted its input: %v", c.values)
		}
	}
}

// The rank rule, at the number of samples at which others differ: of 158 requests of 1 ms and two of 2 s, one in a
// hundred took 2 s. Rounding the rank to the nearest gives 1 ms, and interpolation something that no request took.
func TestTheRankIsRoundedUp(t *testing.T) {
	samples := append(slices.Repeat([]int64{1}, 158), 2000, 2000)
	if got, _ := stat.Quantile(samples, 0.99); got != 2000 {
		t.Errorf("P99 is %d ms", got)
	}
	for n := 1; n <= 1000; n++ {
		ranks := make([]int64, n)
		for i := range ranks {
			ranks[i] = int64(i + 1)
		}
		if got, _ := stat.Quantile(ranks, 0.99); got != int64((99*n+99)/100) {
			t.Errorf("P99 of %d samples has rank %d", n, got)
		}
	}
}
