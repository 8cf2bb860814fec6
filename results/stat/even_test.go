package stat_test

import (
	"math"
	"testing"

	"aftershock/results/stat"
)

// Against the sum over all outcomes that are no likelier: every sequence of coins has the chance 2^-n.
func TestEvenAgainstEnumeration(t *testing.T) {
	for n := 1; n <= 30; n++ {
		ways := []float64{1}
		for range n {
			next := make([]float64, len(ways)+1)
			for i, w := range ways {
				next[i] += w / 2
				next[i+1] += w / 2
			}
			ways = next
		}
		for a := range n + 1 {
			want := 0.0
			for _, w := range ways {
				if w <= ways[a]*(1+1e-9) {
					want += w
				}
			}
			if got := stat.Even(a, n-a); math.Abs(got-want) > 1e-9 || got != stat.Even(n-a, a) || got > 1 {
				t.Errorf("%d against %d: %v, want %v", a, n-a, got, want)
			}
		}
	}
	for _, c := range [][2]int{{0, 0}, {-1, 3}, {3, -1}} {
		if p := stat.Even(c[0], c[1]); p != 1 || stat.Uneven(c[0], c[1]) {
			t.Errorf("%v: %v", c, p)
		}
	}
}

// A difference of two was called uneven whatever the number: by chance in 79 % of runs with 14 such trials. At 5 % it
// is called so in at most 5 % of runs with any number.
func TestUnevenCriesWolfInFivePercent(t *testing.T) {
	for n := 1; n <= 60; n++ {
		called := 0.0
		for a := range n + 1 {
			if stat.Uneven(a, n-a) {
				logs, _ := math.Lgamma(float64(n + 1))
				x, _ := math.Lgamma(float64(a + 1))
				y, _ := math.Lgamma(float64(n - a + 1))
				called += math.Exp(logs - x - y - float64(n)*math.Ln2)
			}
		}
		if called > 0.05+1e-9 {
			t.Errorf("%d events: called uneven by chance in %v", n, called)
		}
	}
	if stat.Uneven(8, 6) || stat.Uneven(2, 0) || stat.Uneven(11, 3) || !stat.Uneven(12, 2) || !stat.Uneven(0, 6) || stat.Uneven(5, 0) {
		t.Error("8/6, 2/0, 11/3 and 5/0 are even, 12/2 and 0/6 are not")
	}
}
