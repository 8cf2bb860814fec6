package stat

import "math"

// NonInferior tells whether after is shown to be worse than before by less than the margin, if at all: the bad end of
// the 90 % interval is within it, a one-sided test at 5 %. The margin is as in Criterion, in place of the comparison's
// own. That nothing was found to be worse is not enough: an interval from half to double finds nothing.
//
// A bound supports it only where it shows more: with an open end the closed one, which must be the bad one, has to be
// on the good side of 0. Else 0.95 s against at least 1 s would be within 6 %.
//
// It is false without an interval, with too few pairs, when the trigger was not exercised, with an unknown direction,
// and for a margin that is negative or not finite. With a margin of 0 after must be shown to be better.
//
// ICH E9, Statistical Principles for Clinical Trials (1998), section 3.3.2; CONSORT extension for non-inferiority:
// G. Piaggio et al., JAMA 308 (2012) 2594-2604.
func NonInferior(c Comparison, margin float64) bool {
	unjudged := c.Verdict == NotExercised || c.Verdict == TooFewPairs
	if !c.At90.HasInterval() || unjudged || !(margin >= 0 && margin <= math.MaxFloat64) {
		return false
	}
	by := c.Criterion
	by.Margin = margin
	if c.Open != Closed {
		by.Margin = 0
	}
	switch c.Better {
	case Lower:
		return c.At90.High < by.Limit()
	case Higher:
		return c.At90.Low > -by.Limit()
	}
	return false
}
