package stat_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"aftershock/results/stat"
)

func nullOf(t testing.TB, n int) stat.SignedRank {
	t.Helper()
	null, err := stat.NewSignedRank(n)
	if err != nil {
		t.Fatal(err)
	}
	return null
}

// Every assignment of signs to the ranks 1..n is equally likely; here they are simply all tried.
func TestSignedRankAgainstEnumeration(t *testing.T) {
	for n := 1; n <= 12; n++ {
		null := nullOf(t, n)
		most := n * (n + 1) / 2
		count := make([]int, most+1)
		for signs := range 1 << n {
			w := 0
			for k := range n {
				if signs>>k&1 == 1 {
					w += k + 1
				}
			}
			count[w]++
		}
		below := 0
		for w := range count {
			below += count[w]
			if want := float64(below) / float64(int(1)<<n); null.CDF(w) != want {
				t.Errorf("n=%d P(W+ <= %d) = %v, enumeration %v", n, w, null.CDF(w), want)
			}
		}
		if null.CDF(-1) != 0 || null.CDF(most+5) != 1 {
			t.Errorf("n=%d outside the support: %v, %v", n, null.CDF(-1), null.CDF(most+5))
		}
	}
}

// The generating function in integers of any size.
func TestSignedRankStaysExactForManyPairs(t *testing.T) {
	for _, n := range []int{31, 60, 63, 100} {
		null := nullOf(t, n)
		counts := []*big.Int{big.NewInt(1)}
		for k := 1; k <= n; k++ {
			next := make([]*big.Int, len(counts)+k)
			for w := range next {
				next[w] = new(big.Int)
				if w < len(counts) {
					next[w].Add(next[w], counts[w])
				}
				if w >= k {
					next[w].Add(next[w], counts[w-k])
				}
			}
			counts = next
		}
		total := new(big.Int).Lsh(big.NewInt(1), uint(n))
		below := new(big.Int)
		for w, count := range counts {
			below.Add(below, count)
			want, _ := new(big.Rat).SetFrac(below, total).Float64()
			if got := null.CDF(w); math.Abs(got-want) > 1e-13*want {
				t.Fatalf("n=%d P(W+ <= %d) = %v, exact %v", n, w, got, want)
			}
		}
	}
}

// The two-sided critical values printed in textbooks, which are qsignrank(p, n) - 1 in R; -1 where there is none.
func TestSignedRankCriticalValuesOfTheTables(t *testing.T) {
	for _, table := range []struct {
		twoSided float64
		from     int
		want     []int
	}{
		{0.10, 4, []int{-1, 0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 30, 35, 41, 47, 53, 60}},
		{0.05, 5, []int{
			-1, 0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 29, 34, 40, 46, 52,
			58, 65, 73, 81, 89, 98, 107, 116, 126, 137,
		}},
		{0.01, 7, []int{-1, 0, 1, 3, 5, 7, 9, 12, 15, 19, 23, 27, 32, 37}},
	} {
		for i, want := range table.want {
			n := table.from + i
			got, ok := nullOf(t, n).Critical(table.twoSided / 2)
			if got != want || ok != (want >= 0) {
				t.Errorf("n=%d two-sided %v: critical value %d, %t; the table says %d", n, table.twoSided, got, ok, want)
			}
		}
	}
}

func TestSignedRankSmallestP(t *testing.T) {
	for n := 1; n <= 60; n++ {
		if got, want := 2*nullOf(t, n).CDF(0), math.Ldexp(2, -n); got != want {
			t.Errorf("n=%d smallest two-sided p = %v, want %v", n, got, want)
		}
	}
}

// Heights of Darwin's cross- and self-fertilised maize, in eighths of an inch, as in the documentation of
// scipy.stats.wilcoxon: the negative differences have rank sum 24, two-sided p 0.041259765625.
func TestSignedRankPOfDarwinsMaize(t *testing.T) {
	if got := 2 * nullOf(t, 15).CDF(24); got != 0.041259765625 {
		t.Errorf("p = %v", got)
	}
}

func TestSignedRankLimits(t *testing.T) {
	for _, n := range []int{-1, 0, stat.MaxPairs + 1} {
		if _, err := stat.NewSignedRank(n); err == nil {
			t.Errorf("n=%d was taken", n)
		}
	}
	// At the limit the normal approximation is good to four digits.
	n := stat.MaxPairs
	null := nullOf(t, n)
	mean := float64(n*(n+1)) / 4
	sigma := math.Sqrt(float64(n*(n+1)*(2*n+1)) / 24)
	w, ok := null.Critical(0.025)
	if z := (float64(w) + 0.5 - mean) / sigma; !ok || math.Abs(z+1.95996) > 1e-3 {
		t.Errorf("n=%d critical value %d is %v standard deviations out, want -1.96", n, w, z)
	}
}

func ExampleSignedRank() {
	for _, n := range []int{5, 6, 8} {
		null, err := stat.NewSignedRank(n)
		if err != nil {
			fmt.Println(err)
			return
		}
		c, ok := null.Critical(0.025)
		fmt.Printf("n=%d smallest two-sided p %.4f, rejects at 5 %%: %t (W <= %d)\n", n, 2*null.CDF(0), ok, c)
	}
	// Output:
	// n=5 smallest two-sided p 0.0625, rejects at 5 %: false (W <= -1)
	// n=6 smallest two-sided p 0.0312, rejects at 5 %: true (W <= 0)
	// n=8 smallest two-sided p 0.0078, rejects at 5 %: true (W <= 3)
}
