package stat

import (
	"fmt"

	"gonum.org/v1/gonum/stat/distuv"
)

// ClopperPearson is the exact two-sided interval for a probability after k events in n independent attempts: whatever
// the probability is, the interval contains it with at least the confidence. Each end leaves (1-confidence)/2 out. With
// k = 0 it begins at 0, with k = n it ends at 1.
//
// An n below 1, a k outside 0 to n, or a confidence outside 0.5 to 0.999999 is an error.
//
// C. J. Clopper and E. S. Pearson, The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial,
// Biometrika 26 (1934) 404-413; as quantiles of the beta distribution: L. D. Brown, T. T. Cai and A. DasGupta, Interval
// Estimation for a Binomial Proportion, Statistical Science 16 (2001) 101-133.
func ClopperPearson(k, n int, confidence float64) (low, high float64, err error) {
	if err := checkCount(k, n, confidence); err != nil {
		return 0, 0, err
	}
	tail := (1 - confidence) / 2
	return lowerEnd(k, n, tail), upperEnd(k, n, tail), nil
}

// UpperBound is the one-sided bound of ClopperPearson: the probability is at most that, with the confidence. After no
// event in n attempts at 95 % it is near 3/n, and it is 1 when k = n.
func UpperBound(k, n int, confidence float64) (float64, error) {
	if err := checkCount(k, n, confidence); err != nil {
		return 0, err
	}
	return upperEnd(k, n, 1-confidence), nil
}

// LowerBound is the one-sided bound of ClopperPearson: the probability is at least that, with the confidence. It is 0
// when k = 0.
func LowerBound(k, n int, confidence float64) (float64, error) {
	if err := checkCount(k, n, confidence); err != nil {
		return 0, err
	}
	return lowerEnd(k, n, 1-confidence), nil
}

// lowerEnd is the probability at which k or more events happen with the chance of the tail.
func lowerEnd(k, n int, tail float64) float64 {
	if k == 0 {
		return 0
	}
	return distuv.Beta{Alpha: float64(k), Beta: float64(n - k + 1)}.Quantile(tail)
}

// upperEnd mirrors lowerEnd: that k of n happened is that n-k did not.
func upperEnd(k, n int, tail float64) float64 { return 1 - lowerEnd(n-k, n, tail) }

func checkCount(k, n int, confidence float64) error {
	if n < 1 {
		return fmt.Errorf("%d attempts (allowed: 1 or more)", n)
	}
	if k < 0 || k > n {
		return fmt.Errorf("%d events in %d attempts (allowed: 0 to %d)", k, n, n)
	}
	return checkConfidence(confidence)
}
