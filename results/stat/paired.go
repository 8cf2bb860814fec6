// Package stat compares two arms over pairs of trials: estimates, intervals, verdicts.
//
// The trial is the unit. A trial gives one value of a metric, a before and an after trial make a pair, and a pair gives
// one difference. Requests are never pooled over trials: a bad second slows thousands of them together, and counting
// each as a witness finds a difference between identical arms four times out of five.
//
// The package is pure: no goroutine, clock, file or randomness, and nothing is modified that it is handed.
package stat

import (
	"fmt"
	"math"
)

// Comparison is what the pairs of one metric say.
type Comparison struct {
	Criterion
	Differences []float64 `json:"differences"` // one for each pair, in the order given, on the criterion's scale
	// Open is the end at which the change is not known, because values were bounds. At that end the intervals have the
	// largest float64, and their Value is a bound as well. With OpenBoth there is neither estimate nor interval.
	Open   Open     `json:"open,omitempty"`
	Method Method   `json:"method"`
	At95   Estimate `json:"at95"` // decides improved or regressed; on the criterion's scale, as is At90
	At90   Estimate `json:"at90"` // decides no difference
	// P is the two-sided p-value of no change, for a correction over several metrics. It is at most 5 % exactly when At95
	// leaves 0 out, and 1 with too few pairs.
	P float64 `json:"p"`
	// Equivalence is the p-value of two one-sided tests at the margin, the larger of the two. It is at most 5 % exactly
	// when At90 lies inside the margin, and 1 with too few pairs.
	Equivalence float64 `json:"equivalence"`
	Verdict     Verdict `json:"verdict"`
}

// The confidences of the two intervals, and the fewest pairs at which ranks reach the wider: 2/2^6 = 3 % is below 5 %,
// 2/2^5 = 6 % is not.
const (
	wide        = 0.95
	narrow      = 0.90
	fewestRanks = 6
)

// Compare judges pair i as (before[i], after[i]). A difference is after seen from before, so that on the ratio scale
// 0.1 means about 10 % more after.
//
// With 6 pairs or more the intervals are those of HodgesLehmann. With fewer the verdict is TooFewPairs: with 2 to 5 the
// estimate and the intervals are those of PairedT, labelled parametric, to be looked at; one pair has a Value and no
// interval; no pair has not even that, N is 0. These are no errors, because a run may lose its pairs.
//
// The verdict: the 90 % interval inside the margin is NoDifference; else the 95 % interval on one side of 0 is Improved
// or Regressed; else Inconclusive. When all differences are 0 both intervals are [0, 0], hence NoDifference under any
// margin above 0. Values that are bounds are for CompareArms: two arms that both sit at the operation time-out differ
// by exactly 0, pair after pair, and would be called the same.
//
// Errors: arms of unequal length, more than MaxPairs pairs, a criterion with an unknown scale, an unknown direction or
// a margin that is negative or not finite; a value that is NaN, infinite or above 1e150 in magnitude; on the ratio
// scale a value that is not above 0. Pairs are counted from 0 in errors. The Comparison is then the zero value.
func Compare(before, after []float64, by Criterion) (Comparison, error) {
	return CompareArms(Arm{Values: before}, Arm{Values: after}, by)
}

// CompareArms is Compare for arms of which some values are bounds. Both arms are clipped at the smallest bound. Where
// bounds lie on one arm, the estimate is a bound too ("at least -84 %"), and the far end of its interval is open. Pairs
// with bounds in both arms stay in the number, and a verdict holds whatever their differences were. Where some pairs
// have a bound in one arm and others in the other, there is no estimate: Open is OpenBoth. A bound never supports
// NoDifference. Below 6 pairs bounds have no interval.
//
// Errors are those of Compare, and arms whose Bounds are neither nil nor one a value.
func CompareArms(before, after Arm, by Criterion) (Comparison, error) {
	if err := by.check(); err != nil {
		return Comparison{}, err
	}
	s, err := spansOf(before, after, by.Scale)
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{Criterion: by, Differences: s.shown}
	if s.bounded() {
		err = c.estimateBounds(s)
	} else {
		err = c.estimate()
	}
	if err != nil {
		return Comparison{}, err
	}
	c.Method = c.At95.Method
	if c.Verdict = judge(c.At95, c.At90, by); len(c.Differences) < fewestRanks {
		c.Verdict = TooFewPairs
	}
	return c, nil
}

// estimate gives both intervals and their p-values by the method that the number of pairs allows.
func (c *Comparison) estimate() (err error) {
	n := len(c.Differences)
	c.P, c.Equivalence = 1, 1
	switch {
	case n == 0:
		c.At95 = Estimate{Confidence: wide, Method: NoInterval}
		c.At90 = Estimate{Confidence: narrow, Method: NoInterval}
	case n < fewestRanks:
		if c.At95, err = PairedT(c.Differences, wide); err != nil {
			return err
		}
		if c.At90, err = PairedT(c.Differences, narrow); err != nil {
			return err
		}
	default:
		null, err := NewSignedRank(n)
		if err != nil {
			return err
		}
		averages := walshAverages(c.Differences)
		c.At95, c.At90 = walshEstimate(averages, null, n, wide), walshEstimate(averages, null, n, narrow)
		c.P, c.Equivalence = pValues(ranks{averages, null}, c.Limit())
	}
	return nil
}

func differences(before, after []float64, scale Scale) ([]float64, error) {
	if len(before) != len(after) {
		return nil, fmt.Errorf("%d before values and %d after values are not pairs", len(before), len(after))
	}
	if len(before) > MaxPairs {
		return nil, fmt.Errorf("%d pairs (allowed: up to %d)", len(before), MaxPairs)
	}
	d := make([]float64, len(before))
	for i := range before {
		if err := checkValue(before[i], scale); err != nil {
			return nil, fmt.Errorf("before value of pair %d: %w", i, err)
		}
		if err := checkValue(after[i], scale); err != nil {
			return nil, fmt.Errorf("after value of pair %d: %w", i, err)
		}
		d[i] = scale.difference(before[i], after[i])
	}
	return d, nil
}

func checkValue(v float64, scale Scale) error {
	if !(math.Abs(v) <= largest) {
		return fmt.Errorf("%v (allowed: finite, magnitude at most %g)", v, largest)
	}
	if scale == Ratio && v <= 0 {
		return fmt.Errorf("%v has no logarithm (allowed: above 0 on the %s scale; a metric that can be 0 is compared on "+
			"the %s scale)", v, Ratio, Difference)
	}
	return nil
}
