package stat

import (
	"math"
	"slices"
	"sort"

	gonum "gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// level is the chance of a false alarm that a verdict accepts: what the 95 % interval leaves out on both sides, and the
// 90 % interval on one.
const level = 0.05

// centre tests where the differences' centre lies. Both methods give the p-values that belong to their intervals: below
// a tail of 2.5 % exactly when the end of the 95 % interval has passed the value.
type centre interface {
	above(value float64) float64 // p-value of a centre at the value or below it
	below(value float64) float64 // p-value of a centre at the value or above it
}

// pValues are the two-sided p-value of a centre at 0, and that of two one-sided tests of a centre outside (-m, m).
func pValues(c centre, m float64) (change, equivalence float64) {
	return min(1, 2*min(c.above(0), c.below(0))), max(c.above(-m), c.below(m))
}

// ranks tests by Walsh averages. Without ties and zeros, as many of them are positive as W+ is large, so that the count
// of those on the wrong side has the signed-rank distribution. An average that is equal to the value counts against
// either side: it is within the closed interval. With ties and zeros the p-value is therefore at least as large as the
// exact one given the ties.
//
// J. W. Tukey, The Simplest Signed-Rank Tests, Princeton, Statistical Research Group, Memorandum 17 (1949); Hollander,
// Wolfe and Chicken (2014), sections 3.1 to 3.3.
type ranks struct {
	averages []float64 // ascending
	null     SignedRank
}

func (r ranks) above(value float64) float64 {
	return r.null.CDF(sort.Search(len(r.averages), func(i int) bool { return r.averages[i] > value }))
}

func (r ranks) below(value float64) float64 {
	return r.null.CDF(len(r.averages) - sort.SearchFloat64s(r.averages, value))
}

// student tests by the mean of normal differences (Student 1908, see PairedT). Where all are equal, the interval has no
// width and a p-value is 0 or 1.
type student struct {
	n               int
	mean, deviation float64 // deviation is the standard error of the mean
}

func newStudent(differences []float64) student {
	// Sorted, so that the order of the pairs does not reach the last digit of the sum.
	d := slices.Sorted(slices.Values(differences))
	if d[0] == d[len(d)-1] { // the mean of three times 0.1 is not 0.1
		return student{n: len(d), mean: d[0]}
	}
	mean, deviation := gonum.MeanStdDev(d, nil)
	return student{n: len(d), mean: mean, deviation: deviation / math.Sqrt(float64(len(d)))}
}

func (s student) above(value float64) float64 {
	switch {
	case s.deviation > 0:
		return distuv.StudentsT{Sigma: 1, Nu: float64(s.n - 1)}.CDF((value - s.mean) / s.deviation)
	case s.mean > value:
		return 0
	}
	return 1
}

func (s student) below(value float64) float64 {
	return student{n: s.n, mean: -s.mean, deviation: s.deviation}.above(-value)
}
