package simulation

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"aftershock/results/stat"
)

// BoundedShares are of the before arm's trials, how many reach the operation time-out, so that their value is a bound.
func BoundedShares() []float64 { return []float64{0.05, 0.3, 0.6, 0.95} }

// boundedPairs are the numbers of pairs that are judged.
var boundedPairs = [...]int{6, 8, 15}

// Deviations of the logarithm of what a pair has in common and of a trial, and the change that a time-out hides a
// part of.
const (
	pairSpread  = 0.2
	trialSpread = 0.2
	repaired    = -0.80
)

// Bounded is what came of so many pairs whose values end at a time-out.
type Bounded struct {
	Open        int // identical arms: an end of the interval, or both, are not known
	FalseAlarms int // identical arms: improved or regressed
	Covered     int // a change of Change: within the interval as far as that goes; everything is where there is none
	Same        int // the same, which is the margin: no difference
	Found       int // a change of repaired: improved
	AtLeast     int // the same: within the interval as far as that goes
}

// BoundsTally is what came of the repetitions with one share.
type BoundsTally struct {
	Repetitions int
	Pairs       [len(boundedPairs)]Bounded
}

// Add counts what another tally of the same share counted as well.
func (t *BoundsTally) Add(o BoundsTally) {
	t.Repetitions += o.Repetitions
	for i, b := range o.Pairs {
		p := &t.Pairs[i]
		p.Open += b.Open
		p.FalseAlarms += b.FalseAlarms
		p.Covered += b.Covered
		p.Same += b.Same
		p.Found += b.Found
		p.AtLeast += b.AtLeast
	}
}

// RepeatBounds simulates families of repetitions with a share of BoundedShares, as Repeat does in a world.
func RepeatBounds(share float64, s Study, first, end int) (t BoundsTally, err error) {
	limit := math.Exp(distuv.Normal{Sigma: math.Hypot(pairSpread, trialSpread)}.Quantile(1 - share))
	for family := first; family < end; family++ {
		rng := source(s.Seed, fmt.Sprintf("bounds, %g", share), family)
		for range Family {
			if err := t.repeat(rng, limit); err != nil {
				return BoundsTally{}, err
			}
			t.Repetitions++
		}
	}
	return t, nil
}

func (t *BoundsTally) repeat(rng *rand.Rand, limit float64) error {
	most := boundedPairs[len(boundedPairs)-1]
	before, after := make([]float64, most), make([]float64, most)
	for i := range most {
		common := pairSpread * rng.NormFloat64()
		before[i] = math.Exp(common + trialSpread*rng.NormFloat64())
		after[i] = math.Exp(common + trialSpread*rng.NormFloat64())
	}
	for i, pairs := range boundedPairs {
		b := &t.Pairs[i]
		judge := func(change, margin float64) (stat.Comparison, error) {
			return stat.CompareArms(timedOut(before[:pairs], 0, limit), timedOut(after[:pairs], change, limit),
				stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: margin})
		}
		same, err := judge(0, 0)
		if err != nil {
			return err
		}
		changed, err := judge(Change, Change)
		if err != nil {
			return err
		}
		better, err := judge(repaired, Change)
		if err != nil {
			return err
		}
		b.Open += one(same.Open != stat.Closed)
		b.FalseAlarms += isChange(same)
		b.Covered += one(covers(changed, Change))
		b.Same += one(changed.Verdict == stat.NoDifference)
		b.Found += one(better.Verdict == stat.Improved)
		b.AtLeast += one(covers(better, repaired))
	}
	return nil
}

// timedOut is an arm that takes longer by a share, and in which nothing takes longer than the limit.
func timedOut(values []float64, change, limit float64) stat.Arm {
	a := stat.Arm{Values: make([]float64, len(values)), Bounds: make([]bool, len(values))}
	for i, v := range values {
		v *= 1 + change
		a.Values[i], a.Bounds[i] = min(v, limit), v >= limit
	}
	return a
}

// covers tells whether the interval does not exclude the change. Its open end is as far away as can be.
func covers(c stat.Comparison, change float64) bool {
	truth := math.Log1p(change)
	return !c.At95.HasInterval() || c.At95.Low <= truth && truth <= c.At95.High
}
