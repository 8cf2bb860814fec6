package stat_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"aftershock/results/stat"
)

// The two-sided 95 % limits printed in tables, in per cent (Documenta Geigy; Pearson and Hartley, table 41).
func TestClopperPearsonAgainstTables(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{
		{0, 1, 0, 97.50}, {1, 1, 2.50, 100}, {0, 5, 0, 52.18}, {1, 5, 0.51, 71.64}, {0, 10, 0, 30.85}, {1, 10, 0.25, 44.50},
		{5, 10, 18.71, 81.29}, {10, 10, 69.15, 100}, {3, 20, 3.21, 37.89}, {10, 100, 4.90, 17.62}, {50, 100, 39.83, 60.17},
	} {
		low, high, err := stat.ClopperPearson(c.k, c.n, 0.95)
		if err != nil || !(math.Abs(100*low-c.low) <= 0.005) || !(math.Abs(100*high-c.high) <= 0.005) {
			t.Errorf("%d of %d: %.4f to %.4f, %v; the table says %v to %v", c.k, c.n, 100*low, 100*high, err, c.low, c.high)
		}
	}
}

// Without an event, and with nothing else, the beta distribution has a closed form: tail^(1/n).
func TestClopperPearsonAtTheEnds(t *testing.T) {
	for _, n := range []int{1, 2, 10, 60, 1000, 100_000} {
		for _, confidence := range []float64{0.5, 0.9, 0.95, 0.999999} {
			want := -math.Expm1(math.Log(1-confidence) / float64(n))
			up, err := stat.UpperBound(0, n, confidence)
			if err != nil || !(math.Abs(up-want) <= 1e-9*want) {
				t.Errorf("0 of %d at %v: at most %v, %v; want %v", n, confidence, up, err, want)
			}
			down, err := stat.LowerBound(n, n, confidence)
			if err != nil || !(math.Abs(down-(1-want)) <= 1e-9) {
				t.Errorf("%d of %d at %v: at least %v, %v; want %v", n, n, confidence, down, err, 1-want)
			}
			if low, err := stat.LowerBound(0, n, confidence); err != nil || low != 0 {
				t.Errorf("0 of %d: at least %v, %v", n, low, err)
			}
			if high, err := stat.UpperBound(n, n, confidence); err != nil || high != 1 {
				t.Errorf("%d of %d: at most %v, %v", n, n, high, err)
			}
		}
	}
}

// binomial is P(X <= k) for n attempts, summed term by term.
func binomial(k, n int, p float64) (sum float64) {
	for i := 0; i <= k; i++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(i + 1))
		c, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(a - b - c + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}

// At the bound itself, what was seen has the chance that the confidence leaves out.
func TestBoundsByTheirDefinition(t *testing.T) {
	for _, n := range []int{1, 7, 40, 200, 2000} {
		for _, k := range []int{0, min(1, n-1), n / 20, n / 2, n - 1} {
			up, err := stat.UpperBound(k, n, 0.95)
			if err != nil || !(math.Abs(binomial(k, n, up)-0.05) <= 1e-6) {
				t.Errorf("%d or fewer of %d at %v: chance %v, %v", k, n, up, binomial(k, n, up), err)
			}
			if k == 0 {
				continue
			}
			down, err := stat.LowerBound(k, n, 0.95)
			if err != nil || !(math.Abs(1-binomial(k-1, n, down)-0.05) <= 1e-6) {
				t.Errorf("%d or more of %d at %v: chance %v, %v", k, n, down, 1-binomial(k-1, n, down), err)
			}
		}
	}
}

func TestClopperPearsonCovers(t *testing.T) {
	const n = 30
	for p := 0.01; p < 1; p += 0.01 {
		covered := 0.0
		for k := 0; k <= n; k++ {
			low, high, err := stat.ClopperPearson(k, n, 0.9)
			if err != nil {
				t.Fatal(err)
			}
			if low <= p && p <= high {
				covered += binomial(k, n, p)
				if k > 0 {
					covered -= binomial(k-1, n, p)
				}
			}
		}
		if covered < 0.9-1e-9 {
			t.Errorf("a probability of %v is covered in %v", p, covered)
		}
	}
}

func TestProportionErrors(t *testing.T) {
	for _, c := range []struct {
		k, n       int
		confidence float64
		want       string
	}{
		{0, 0, 0.95, "0 attempts (allowed: 1 or more)"}, {0, -1, 0.95, "-1 attempts"},
		{-1, 5, 0.95, "-1 events in 5 attempts (allowed: 0 to 5)"}, {6, 5, 0.95, "6 events in 5 attempts"},
		{1, 5, 95, "confidence 95 (allowed: 0.5 to 0.999999)"}, {1, 5, math.NaN(), "confidence NaN"}, {1, 5, 1, "confidence 1 "},
	} {
		low, high, err := stat.ClopperPearson(c.k, c.n, c.confidence)
		up, errUp := stat.UpperBound(c.k, c.n, c.confidence)
		down, errDown := stat.LowerBound(c.k, c.n, c.confidence)
		for _, err := range []error{err, errUp, errDown} {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%d of %d at %v: %v, want %q", c.k, c.n, c.confidence, err, c.want)
			}
		}
		if low != 0 || high != 0 || up != 0 || down != 0 {
			t.Errorf("%d of %d: figures beside an error", c.k, c.n)
		}
	}
}

func FuzzClopperPearson(f *testing.F) {
	f.Add(0, 60, 0.95)
	f.Add(5, 200, 0.999999)
	f.Add(1<<30, 1<<31, 0.5)
	f.Fuzz(func(t *testing.T, k, n int, confidence float64) {
		low, high, err := stat.ClopperPearson(k, n, confidence)
		if err != nil {
			return
		}
		share := float64(k) / float64(n)
		if !(low >= 0 && low <= share && share <= high && high <= 1) {
			t.Fatalf("%d of %d at %v: %v to %v", k, n, confidence, low, high)
		}
		up, err := stat.UpperBound(k, n, confidence)
		if err != nil || !(up >= share && up <= high) {
			t.Fatalf("%d of %d at %v: one-sided %v, %v, two-sided %v", k, n, confidence, up, err, high)
		}
	})
}

// What so many A/A runs without a false alarm prove, and with one or five.
func ExampleUpperBound() {
	for _, c := range [][2]int{{0, 60}, {1, 100}, {5, 200}} {
		bound, err := stat.UpperBound(c[0], c[1], 0.95)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d of %d: at most %.1f %%\n", c[0], c[1], 100*bound)
	}
	// Output:
	// 0 of 60: at most 4.9 %
	// 1 of 100: at most 4.7 %
	// 5 of 200: at most 5.2 %
}
