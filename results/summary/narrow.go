package summary

import (
	"math"

	"aftershock/results/stat"
)

// Narrow tells whether the 95 % interval of a fix's primary metric is narrow enough to stop, and gives its half-width, as
// a share: 0.1 is +-10 %. A share of operations, which is compared by difference, counts with ten times its half-width, as
// its margin does: +-1 point is taken for +-10 %.
//
// It looks at the width and at nothing else. Stopping by where the interval lies, or by a p-value, would find differences
// between identical arms.
//
// ok is false without an interval, for an interval that is open because a quantile reached the time-out, and for
// metrics that are not shares. It is also false with fewer pairs than Holm's correction over all fixes of the run can
// decide with: 6 for one, 7 for two (stat.FewestPairs). A run that stopped before would have a narrow interval and no
// verdict. Below 6 the interval is that of Student's t as well, whose width varies so much that chance would end the
// run.
func Narrow(f Fix, width float64, fixes int) (narrow bool, halfWidth float64, ok bool) {
	halfWidth, ok = f.Primary.halfWidth()
	if c := f.Primary.Change; !ok || c.Pairs < stat.FewestPairs(fixes) {
		return false, 0, false
	}
	return halfWidth <= width, halfWidth, true
}

// halfWidth is that of the row's 95 % interval on its scale, as a share.
func (r Row) halfWidth() (share float64, ok bool) {
	c := r.Change
	switch {
	case c == nil || c.Confidence == 0 || c.Open != stat.Closed:
		return 0, false
	case r.Scale == stat.Ratio:
		half := (math.Log1p(c.High) - math.Log1p(c.Low)) / 2
		return min(math.Expm1(half), math.MaxFloat64), !math.IsNaN(half)
	}
	return sharesPerRatio * (c.High - c.Low) / 2, r.Unit == "share"
}
