package trend

import (
	"math"
	"slices"

	"aftershock/results/stat"
)

// Compare fills in what follows from a figure's pairs: differences, estimate and interval. Errors are those of
// stat.CompareArms.
func (f *Figure) Compare() error {
	c, err := f.against(0)
	if err != nil {
		return err
	}
	f.Changes = slices.Clone(c.Differences)
	f.Value, f.Low, f.High = c.At95.Value, c.At95.Low, c.At95.High
	f.Open, f.N, f.Method = c.Open, c.At95.N, c.Method
	return nil
}

// against judges a figure by a reference in place of no change: the baseline's values are moved by it first, which is
// how a candidate is held to "40 % less than the baseline". Bounds move with their values.
func (f Figure) against(reference float64) (stat.Comparison, error) {
	before := f.Before
	if reference != 0 {
		before = make([]float64, len(f.Before))
		for i, v := range f.Before {
			if f.Scale == stat.Ratio {
				before[i] = v * math.Exp(reference)
			} else {
				before[i] = v + reference
			}
		}
	}
	return stat.CompareArms(stat.Arm{Values: before, Bounds: f.BeforeBounds},
		stat.Arm{Values: f.After, Bounds: f.AfterBounds}, f.criterion())
}

// worse is a difference as harm: above 0 when it is one.
func (f Figure) worse(d float64) float64 {
	if f.Better == stat.Higher {
		return -d
	}
	return d
}

// step is a share of the margin's kind as a difference of this figure: a step of 10 % is ln 1.1 on the ratio scale, and
// as many margins on the other.
func (f Figure) step(p Policy) float64 {
	if f.Scale == stat.Ratio {
		return math.Log1p(p.Finds)
	}
	return f.Margin * p.Finds / p.Margin
}
