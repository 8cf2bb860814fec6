package stat

import "gonum.org/v1/gonum/stat/distuv"

// AtLeast is the probability of k or more events in n independent attempts, each with probability p from 0 to 1: the
// upper tail of the binomial distribution, as the distribution function of a beta distribution. It is 1 for k below 1
// and 0 for k above n.
func AtLeast(k, n int, p float64) float64 {
	switch {
	case k < 1:
		return 1
	case k > n:
		return 0
	}
	return distuv.Beta{Alpha: float64(k), Beta: float64(n - k + 1)}.CDF(p)
}
