package stat

import (
	"fmt"
	"math"
)

// Open says on which side of a change nothing is known but that it may be anything: a value that reached the operation
// time-out is a bound, and how far the true one lies beyond it was never seen.
type Open string

// The sides. An estimate that is open at one end is itself a bound: open at the low end, the change is at most that.
const (
	Closed   Open = ""
	OpenLow  Open = "low"
	OpenHigh Open = "high"
	OpenBoth Open = "both" // nothing is known in either direction: there is no estimate
)

// Arm is one value a pair. Where Bounds holds true, the true value is at least that of Values. Bounds is nil where
// every value was measured, and else as long as Values.
type Arm struct {
	Values []float64
	Bounds []bool
}

func (a Arm) bound(i int) bool { return a.Bounds != nil && a.Bounds[i] }

func (a Arm) check(name string) error {
	if a.Bounds != nil && len(a.Bounds) != len(a.Values) {
		return fmt.Errorf("%d %s values with %d bounds", len(a.Values), name, len(a.Bounds))
	}
	return nil
}

// spans are the pairs' differences when some values are bounds: each lies between its low and its high, of which either
// may be infinite.
type spans struct {
	shown     []float64 // the differences of what was measured, clipped: finite
	low, high []float64
	// Bounds counts pairs by the arm whose value is a bound.
	before, after, both int
}

// spansOf clips both arms at one value, the smallest of the bounds, and takes the differences. An arm that may show 2 s
// beside one that was cut off at 1 s would be worse by its longer time-out alone.
func spansOf(before, after Arm, scale Scale) (s spans, err error) {
	if err := before.check("before"); err != nil {
		return s, err
	}
	if err := after.check("after"); err != nil {
		return s, err
	}
	before, after = clipped(before, after)
	if s.shown, err = differences(before.Values, after.Values, scale); err != nil {
		return s, err
	}
	s.low, s.high = append([]float64{}, s.shown...), append([]float64{}, s.shown...)
	for i := range s.shown {
		switch b, a := before.bound(i), after.bound(i); {
		case b && a:
			s.both++
			s.low[i], s.high[i] = math.Inf(-1), math.Inf(1)
		case b:
			s.before++
			s.low[i] = math.Inf(-1)
		case a:
			s.after++
			s.high[i] = math.Inf(1)
		}
	}
	return s, nil
}

// clipped are both arms with no value above the smallest bound.
func clipped(before, after Arm) (Arm, Arm) {
	limit, bounded := math.Inf(1), false
	for _, arm := range []Arm{before, after} {
		for i, v := range arm.Values {
			if arm.bound(i) {
				limit, bounded = min(limit, v), true
			}
		}
	}
	if !bounded {
		return before, after
	}
	return before.clip(limit), after.clip(limit)
}

func (a Arm) clip(limit float64) Arm {
	c := Arm{Values: make([]float64, len(a.Values)), Bounds: make([]bool, len(a.Values))}
	for i, v := range a.Values {
		c.Values[i], c.Bounds[i] = v, a.bound(i)
		if v >= limit {
			c.Values[i], c.Bounds[i] = limit, true
		}
	}
	return c
}

// bounded tells whether any difference is not known exactly.
func (s spans) bounded() bool { return s.before+s.after+s.both > 0 }

// open is the end at which the change is not known. Bounds in one arm alone leave the end on their side open: the arm
// may have been worse still. Bounds in one arm in some pairs and in the other in others leave both open. Pairs with
// bounds in both arms say nothing, and their number must not hide: the estimate is then the one nearer to 0 of the two
// that they allow, if these lie on one side of it.
func (s spans) open() Open {
	switch {
	case !s.bounded():
		return Closed
	case s.before > 0 && s.after > 0:
		return OpenBoth
	case s.before > 0:
		return known(OpenLow, middle(walshAverages(s.high)))
	case s.after > 0:
		return known(OpenHigh, middle(walshAverages(s.low)))
	case middle(walshAverages(s.high)) < 0:
		return OpenLow
	case middle(walshAverages(s.low)) > 0:
		return OpenHigh
	}
	return OpenBoth
}

// known is the open end, or both where the estimate itself would have none.
func known(o Open, estimate float64) Open {
	if math.IsInf(estimate, 0) {
		return OpenBoth
	}
	return o
}

// estimateBounds is estimate for differences of which some are bounds. Whatever the true ones are, the Walsh averages
// of the highest that they may be are no smaller than the true averages, and those of the lowest no larger. So the
// closed end of the interval, and the p-value of a change away from the open one, hold for all of them: a verdict that
// they support is right whatever the unknown values and signs were. No difference needs both ends, and is never found.
func (c *Comparison) estimateBounds(s spans) error {
	n := len(s.shown)
	c.Open, c.P, c.Equivalence = s.open(), 1, 1
	c.At95, c.At90 = noEstimate(wide, n), noEstimate(narrow, n)
	if c.Open == OpenBoth {
		return nil
	}
	averages := walshAverages(s.high)
	if c.Open == OpenHigh {
		averages = walshAverages(s.low)
	}
	c.At95.Value, c.At90.Value = middle(averages), middle(averages)
	if n < fewestRanks {
		return nil
	}
	null, err := NewSignedRank(n)
	if err != nil {
		return err
	}
	c.At95 = opened(walshEstimate(averages, null, n, wide), c.Open)
	c.At90 = opened(walshEstimate(averages, null, n, narrow), c.Open)
	away := ranks{averages, null}
	if c.Open == OpenLow {
		c.P = min(1, 2*away.below(0))
	} else {
		c.P = min(1, 2*away.above(0))
	}
	return nil
}

func noEstimate(confidence float64, n int) Estimate {
	return Estimate{Confidence: confidence, N: n, Method: NoInterval}
}

// opened puts the largest float64 where an interval has no end: JSON holds no infinity, and what does not know of Open
// takes the interval for as wide as can be.
func opened(e Estimate, o Open) Estimate {
	if o == OpenLow {
		e.Low = -math.MaxFloat64
	} else {
		e.High = math.MaxFloat64
	}
	e.Low, e.High = max(e.Low, -math.MaxFloat64), min(e.High, math.MaxFloat64)
	return e
}
