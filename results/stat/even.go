package stat

import "gonum.org/v1/gonum/stat/distuv"

// Even is the two-sided p-value of a and b events having fallen on two arms by a fair coin each: the exact binomial
// test. Eleven against three of fourteen have 0.057, and twelve against two 0.013; a difference of two is nothing at
// any number. It is 1 without an event, and for a negative count.
//
// C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404-413, for a probability of one half.
func Even(a, b int) float64 {
	if a < 0 || b < 0 || a+b == 0 {
		return 1
	}
	fair := distuv.Binomial{N: float64(a + b), P: 0.5}
	return min(1, 2*fair.CDF(float64(min(a, b))))
}

// Uneven tells whether Even is at most 5 %.
func Uneven(a, b int) bool { return Even(a, b) <= level }
