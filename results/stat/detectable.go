package stat

import "gonum.org/v1/gonum/stat/distuv"

// power is the chance with which Detectable's change is found.
const power = 0.80

// Detectable is the minimum detectable effect: the smallest change that so many pairs, as noisy as these were, would
// show with a power of 80 % once so many tests are corrected together by Holm, in the unit of the differences and above
// 0. Scale.Change of it is what a report shows of a change upwards, and of its negative one downwards: these differ on
// the ratio scale, where twice as long is half as fast.
//
// Holm asks the smallest of m p-values for 5 %/m, and that is what is taken: what the others will show is not known. A
// change is shown when the estimate is further from 0 than the interval at that confidence reaches, h to either side.
// In 80 % of all runs the estimate is above the true change less z_0.80 of its standard errors, and h itself is z of
// them, z being the normal quantile of the confidence, so that the change must be
//
//	h (1 + z_0.80 / z),
//
// 1.43 h for a single test and 1.34 h for four. The noise is read off the Hodges-Lehmann interval and not off the
// standard deviation, because that is what the test sees: it rejects no sooner at 6 pairs than when all have one sign,
// h is wide there for the same reason, and an outlier among 15 pairs widens h no more than it weakens the test. Where h
// is 0 although some pairs differ, it is taken from their standard deviation.
//
// It is false below the fewest pairs that can show anything among so many tests, with an interval that is open, and
// when all differences are equal: no noise was seen, and whatever is above 0 would be found. For a comparison that
// Parametric has judged it is about Student's t alone, whatever the number of tests. It is about a change from 0: what
// is detected within the margin is still no difference.
//
// J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. (1988), chapter 2; intervals in place of
// standard errors: S. N. Goodman and J. A. Berlin, Annals of Internal Medicine 121 (1994) 200-206.
func Detectable(c Comparison, tests int) (d float64, ok bool) {
	switch n := len(c.Differences); {
	case c.Open != Closed:
		return 0, false
	case c.Method.Parametric() && c.Verdict != TooFewPairs:
		d = noncentral[n] * c.At95.HalfWidth()
	case n >= FewestPairs(tests):
		confidence := 1 - level/float64(max(tests, 1))
		d = (1 + distuv.UnitNormal.Quantile(power)/zQuantile(confidence)) * reach(c.Differences, confidence)
	}
	return d, d > 0
}

// reach is the half-width of the interval for ranks.
func reach(differences []float64, confidence float64) float64 {
	e, err := HodgesLehmann(differences, confidence)
	if half := e.HalfWidth(); err != nil || half > 0 {
		return half
	}
	return tQuantile(len(differences), confidence) * newStudent(differences).deviation
}

// noncentral holds, for 2 to 5 normal differences, the shift that the t test finds with a power of 80 % over the mean
// half-width of its 95 % interval: with few degrees of freedom the half-width varies so much that it takes more of them.
var noncentral = map[int]float64{2: 1.611, 3: 1.483, 4: 1.452, 5: 1.441}
