package stat

import "gonum.org/v1/gonum/stat/distuv"

// power is the chance with which Detectable's change is found.
const power = 0.80

// Detectable is the minimum detectable effect: the smallest change that so many pairs, as noisy as these were, would
// show with a power of 80 % in a two-sided test at 5 %, in the unit of the differences and above 0. Scale.Change turns
// it into what a report shows.
//
// A change is shown when the estimate is further from 0 than the interval reaches, h to either side. In 80 % of all runs
// the estimate is above the true change less z_0.80 of its standard errors, and h itself is z_0.975 of them, so that the
// change must be
//
//	h (1 + z_0.80 / z_0.975) = 1.43 h.
//
// The noise is read off the Hodges-Lehmann interval and not off the standard deviation, because that is what the test
// sees: it rejects no sooner at 6 pairs than when all have one sign, h is wide there for the same reason, and an outlier
// among 15 pairs widens h no more than it weakens the test. Up to 5 pairs h is that of t, and the factor that of the
// noncentral t distribution. Where h is 0 although some pairs differ, it is taken from their standard deviation.
//
// It is false without an interval, with one that is open, and when all differences are equal: no noise was seen, and
// whatever is above 0 would be found. It is about a change from 0 alone: what is detected within the margin is still no
// difference.
//
// J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. (1988), chapter 2; intervals in place of
// standard errors: S. N. Goodman and J. A. Berlin, Annals of Internal Medicine 121 (1994) 200-206.
func Detectable(c Comparison) (d float64, ok bool) {
	if !c.At95.HasInterval() || c.Open != Closed {
		return 0, false
	}
	h := c.At95.HalfWidth()
	if h <= 0 {
		h = tQuantile(c.At95.N, wide) * newStudent(c.Differences).deviation
	}
	d = detectableFactor(c.At95) * h
	return d, d > 0
}

// noncentral holds, for 2 to 5 normal differences, the shift that the t test finds with a power of 80 % over the mean
// half-width of its 95 % interval: with few degrees of freedom the half-width varies so much that it takes more of them.
var noncentral = map[int]float64{2: 1.611, 3: 1.483, 4: 1.452, 5: 1.441}

// detectableFactor is how many half-widths of its 95 % interval a comparison detects.
func detectableFactor(e Estimate) float64 {
	if e.Method == StudentT {
		return noncentral[e.N]
	}
	return 1 + distuv.UnitNormal.Quantile(power)/zQuantile(wide)
}
