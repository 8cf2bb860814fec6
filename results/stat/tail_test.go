package stat_test

import (
	"math"
	"testing"

	"aftershock/results/stat"
)

// Reference: sums of the distribution's terms, by hand: 1 of 2^n, and 37/256 for 6 or more of 8.
func TestAtLeast(t *testing.T) {
	for _, c := range []struct {
		k, n int
		p    float64
		want float64
	}{
		{0, 5, 0.3, 1}, {-1, 5, 0.3, 1}, {6, 5, 0.3, 0}, {5, 5, 0.5, 1.0 / 32}, {8, 8, 0.5, 1.0 / 256},
		{6, 8, 0.5, 37.0 / 256},
		{1, 3, 0.2, 1 - 0.512}, {2, 2, 1, 1}, {1, 2, 0, 0},
	} {
		if got := stat.AtLeast(c.k, c.n, c.p); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%d of %d at %v: %v, want %v", c.k, c.n, c.p, got, c.want)
		}
	}
}

// The tail grows with the probability, falls with k, and adds up: what is not at least k is fewer.
func TestAtLeastIsATail(t *testing.T) {
	for n := 1; n <= 20; n++ {
		for k := 1; k <= n; k++ {
			for _, p := range []float64{0.1, 0.5, 0.8} {
				tail := stat.AtLeast(k, n, p)
				if tail < 0 || tail > 1 || tail > stat.AtLeast(k-1, n, p) || tail > stat.AtLeast(k, n, p+0.1) {
					t.Errorf("%d of %d at %v: %v", k, n, p, tail)
				}
				if other := stat.AtLeast(n-k+1, n, 1-p); math.Abs(tail+other-1) > 1e-9 {
					t.Errorf("%d of %d at %v: %v and %v", k, n, p, tail, other)
				}
			}
		}
	}
}
