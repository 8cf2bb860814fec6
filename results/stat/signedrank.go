package stat

import (
	"fmt"
	"sort"
)

// MaxPairs is the largest number of pairs that this package takes. Building the exact null distribution costs on the
// order of n^3 additions: some 0.1 s at 1000 pairs, which is more trials than a night holds.
const MaxPairs = 1000

// SignedRank is the exact null distribution of Wilcoxon's signed-rank statistic W+, the sum of the ranks of the
// positive differences, for n differences that are symmetric about 0. The probabilities P(W+ = w) have no rounding
// error up to n = 60, where each is an integer below 2^53 over 2^n; above that, and in sums, the error is a few units
// in the last place. There is no normal approximation at any n.
//
// It describes differences without ties and zeros. HodgesLehmann says what those do to an interval.
//
// F. Wilcoxon, Individual Comparisons by Ranking Methods, Biometrics Bulletin 1 (1945) 80-83; Hollander, Wolfe and
// Chicken, Nonparametric Statistical Methods, 3rd ed. (2014), section 3.1.
type SignedRank struct {
	most  int       // the largest value of W+, n(n+1)/2
	lower []float64 // P(W+ <= w) for w up to the middle; the rest follows from symmetry
}

// NewSignedRank computes the distribution for n differences. An n outside 1..MaxPairs is an error.
//
// Rank k joins the sum or does not, each with probability 1/2: P_k(w) = (P_{k-1}(w) + P_{k-1}(w-k)) / 2. That is the
// generating function prod (1 + z^k) / 2^n, multiplied out.
func NewSignedRank(n int) (SignedRank, error) {
	if n < 1 || n > MaxPairs {
		return SignedRank{}, fmt.Errorf("signed-rank distribution of %d differences (allowed: 1 to %d)", n, MaxPairs)
	}
	most := n * (n + 1) / 2
	p := make([]float64, most/2+1)
	p[0] = 1
	for k := 1; k <= n; k++ {
		// Downwards, so that p[w-k] still holds the distribution without rank k.
		for w := min(k*(k+1)/2, len(p)-1); w >= k; w-- {
			p[w] = (p[w] + p[w-k]) / 2
		}
		for w := min(k, len(p)) - 1; w >= 0; w-- {
			p[w] /= 2
		}
	}
	for w := 1; w < len(p); w++ {
		p[w] += p[w-1]
	}
	return SignedRank{most: most, lower: p}, nil
}

// CDF is P(W+ <= w).
func (s SignedRank) CDF(w int) float64 {
	switch {
	case w < 0:
		return 0
	case w >= s.most:
		return 1
	case w < len(s.lower):
		return s.lower[w]
	}
	return 1 - s.CDF(s.most-w-1)
}

// Critical is the largest w with P(W+ <= w) <= tail, the figure of the printed tables, for a tail below 1/2. It is
// false when even P(W+ = 0) = 2^-n exceeds the tail: 5 differences cannot reach a tail of 2.5 %, whatever they are.
func (s SignedRank) Critical(tail float64) (int, bool) {
	w := sort.Search(len(s.lower), func(w int) bool { return s.lower[w] > tail }) - 1
	return w, w >= 0
}
