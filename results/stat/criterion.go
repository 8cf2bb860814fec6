package stat

import (
	"fmt"
	"math"
)

// Scale says what the difference of a pair is.
type Scale string

// The scales.
const (
	Ratio      Scale = "ratio"      // ln(after) - ln(before): latencies, rates; every value above 0
	Difference Scale = "difference" // after - before, in the metric's unit: shares and counts, which can be 0
)

// Change turns a difference into what a report shows: exp(d) - 1 on the ratio scale, so that 0.1 is 10 % more, and d
// itself on the difference scale. It stops at the largest float64 instead of becoming infinite, which JSON cannot hold.
func (s Scale) Change(d float64) float64 {
	if s == Ratio {
		return min(math.Expm1(d), math.MaxFloat64)
	}
	return d
}

// Reported is the estimate with Value, Low and High turned into what a report shows.
func (s Scale) Reported(e Estimate) Estimate {
	e.Value, e.Low, e.High = s.Change(e.Value), s.Change(e.Low), s.Change(e.High)
	return e
}

// difference of one pair. The logarithms are subtracted, not the quotient's taken, so that swapping the arms changes
// the sign and nothing else.
func (s Scale) difference(before, after float64) float64 {
	if s == Ratio {
		return math.Log(after) - math.Log(before)
	}
	return after - before
}

// Better says which direction of a metric is the good one.
type Better string

// The directions.
const (
	Lower  Better = "lower"  // latency, staleness, failed share
	Higher Better = "higher" // goodput, capacity
)

// Criterion is what a comparison is judged by. It is declared before the run. The zero value is no criterion: Compare
// refuses it rather than guess which direction is the good one.
type Criterion struct {
	Scale  Scale  `json:"scale"`
	Better Better `json:"better"`
	// Margin is the change that does not matter: relative on the ratio scale (0.1 is 10 %), in the metric's unit on the
	// difference scale (0.1 of a share is 10 percentage points). With 0 nothing can be found to make no difference.
	Margin float64 `json:"margin"`
}

// Improvement is a change of the size d, which is 0 or more, in the good direction, as a report shows it: what halves a
// latency is -50 %, and what doubles a rate +100 %.
func (c Criterion) Improvement(d float64) float64 {
	if c.Better == Lower {
		d = -d
	}
	return c.Scale.Change(d)
}

// Limit is the margin in the unit of the differences, m: no difference is an interval inside (-m, m). On the ratio
// scale m = ln(1 + Margin), so that a margin of 10 % runs from -9.1 % to +10 % and is the same with the arms swapped.
func (c Criterion) Limit() float64 {
	if c.Scale == Ratio {
		return math.Log1p(c.Margin)
	}
	return c.Margin
}

func (c Criterion) check() error {
	if c.Scale != Ratio && c.Scale != Difference {
		return fmt.Errorf("unknown scale %q (allowed: %s, %s)", c.Scale, Ratio, Difference)
	}
	if c.Better != Lower && c.Better != Higher {
		return fmt.Errorf("unknown better direction %q (allowed: %s, %s)", c.Better, Lower, Higher)
	}
	if !(c.Margin >= 0 && c.Margin <= math.MaxFloat64) {
		return fmt.Errorf("margin %v (allowed: finite, 0 or more)", c.Margin)
	}
	return nil
}
