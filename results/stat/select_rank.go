package stat

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// Correlation is how well one ranking says another.
type Correlation struct {
	R float64 `json:"r"` // from -1 to 1
	// P is the chance of a correlation at least as large when the two have nothing to do with each other: one-sided, so
	// that -1 has 1.
	P float64 `json:"p"`
	N int     `json:"n"`
}

// mostPermuted is the number of values up to which all their orders are looked at: 8! is 40320.
const mostPermuted = 8

// RankCorrelation is Spearman's, with the mean of their ranks for values that are equal: Pearson's correlation of the
// ranks. Up to 8 values P is exact, ties included: the share of all orders of y whose correlation is as large. Above,
// it is that of Student's t with n-2 degrees of freedom, r sqrt((n-2) / (1-r^2)), which is off by at most 0.015 at 9,
// and by 0.007 where P is below 0.15.
//
// It is false with unequal numbers of values or fewer than 3, when a value is NaN or infinite, and when one side is
// constant, of which nothing can be said.
//
// C. Spearman, The Proof and Measurement of Association between Two Things, American Journal of Psychology 15 (1904)
// 72-101; the t: M. G. Kendall and J. D. Gibbons, Rank Correlation Methods, 5th ed. (1990), section 4.13.
func RankCorrelation(x, y []float64) (Correlation, bool) {
	if len(x) != len(y) || len(x) < 3 || slices.ContainsFunc(x, infinite) || slices.ContainsFunc(y, infinite) {
		return Correlation{}, false
	}
	a, b := centredRanks(x), centredRanks(y)
	size := math.Sqrt(floats.Dot(a, a) * floats.Dot(b, b))
	if size == 0 {
		return Correlation{}, false
	}
	c := Correlation{R: min(1, max(-1, floats.Dot(a, b)/size)), N: len(x)}
	if c.N <= mostPermuted {
		c.P = permuted(a, b)
	} else {
		c.P = c.studentP()
	}
	return c, true
}

// studentP is the upper tail of the t that belongs to the correlation.
func (c Correlation) studentP() float64 {
	freedom := float64(c.N - 2)
	rest := 1 - c.R*c.R
	if rest <= 0 { // t is infinite
		return (1 - c.R) / 2
	}
	t := distuv.StudentsT{Sigma: 1, Nu: freedom}
	return t.Survival(c.R * math.Sqrt(freedom/rest))
}

// centredRanks are the ranks of values, equal ones with the mean of theirs, less the mean of all.
func centredRanks(values []float64) []float64 {
	order := upTo(len(values))
	slices.SortFunc(order, func(a, b int) int { return compareScores(values[a], values[b]) })
	ranks := make([]float64, len(values))
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			ranks[i] = float64(from+to-len(order)) / 2
		}
		from = to
	}
	return ranks
}

// permuted is the share of the orders of b in which its product with a is at least what it is now.
func permuted(a, b []float64) float64 {
	// Twice a centred rank is whole, so that sums are exact and equal ones compare equal.
	atLeast, all, need := 0, 0, floats.Dot(a, b)
	rest := slices.Clone(b)
	var place func(i int, sum float64)
	place = func(i int, sum float64) {
		if i == len(a) {
			all++
			if sum >= need {
				atLeast++
			}
			return
		}
		for j := i; j < len(rest); j++ {
			rest[i], rest[j] = rest[j], rest[i]
			place(i+1, sum+a[i]*rest[i])
			rest[i], rest[j] = rest[j], rest[i]
		}
	}
	place(0, 0)
	return float64(atLeast) / float64(all)
}
