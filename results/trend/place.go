package trend

import "gonum.org/v1/gonum/stat"

// certain is the difference in twice the log-likelihood within which the true place of a change point lies with 95 %:
// of two random walks that fall away from it on either side, the higher exceeds x with 1 - (1 - exp(-x/2))^2.
//
// D. Siegmund, Confidence Sets in Change-Point Problems, International Statistical Review 56 (1988) 31-48.
const certain = 7.35

// span is where a change of the mean can be among values: the places from first to last, in each of which the value is
// the first of the new level. At is where it was found. Values are taken for normal about both levels, with one
// variance.
func span(values []float64, at, least int) (first, last int) {
	first, last = at, at
	best := squares(values, at)
	variance := best / float64(len(values)-2)
	places := make([]float64, len(values))
	for i := least; i <= len(values)-least; i++ {
		places[i] = squares(values, i)
		best = min(best, places[i])
	}
	for i := least; i <= len(values)-least; i++ {
		if places[i]-best <= certain*variance {
			first, last = min(first, i), max(last, i)
		}
	}
	return first, last
}

// squares are the squared distances of values to the mean of their side.
func squares(values []float64, at int) float64 {
	left, right := values[:at], values[at:]
	return stat.PopVariance(left, nil)*float64(len(left)) + stat.PopVariance(right, nil)*float64(len(right))
}
