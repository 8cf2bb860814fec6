package simulation

import (
	"math/rand/v2"

	"aftershock/results/stat"
)

// SharedBlocks is how many blocks of five arms are judged, four fixes that share one after arm: as many as Holm needs
// to find any of four changes.
const SharedBlocks = 8

// familyWise is what came of the verdicts of several fixes with identical arms together.
type familyWise struct {
	AnyPlain int // at least one of the fixes has a false alarm
	AnyHolm  int // the same after Holm's correction
	Two      int // at least two have one before the correction
}

// Shared is what came of runs of Family fixes that share their after arm. Apart is the same of fixes with trials of
// their own.
type Shared struct {
	Runs  int
	By    [methods]familyWise
	Apart familyWise // as many blocks as are judged
}

func (s *Shared) add(o Shared) {
	s.Runs += o.Runs
	for m, f := range o.By {
		s.By[m].add(f)
	}
	s.Apart.add(o.Apart)
}

func (f *familyWise) add(o familyWise) {
	f.AnyPlain += o.AnyPlain
	f.AnyHolm += o.AnyHolm
	f.Two += o.Two
}

func (s *Shared) repeat(n Noise, rng *rand.Rand) error {
	whole := n.run(rng, mostAttempts(SharedBlocks), Family)
	r := whole.first(whole.attempts(SharedBlocks))
	by, _, err := r.judged(SharedBlocks)
	if err != nil {
		return err
	}
	for m, judged := range by {
		if err := s.By[m].judge(r.fixes, judged); err != nil {
			return err
		}
	}
	var apart []stat.Attempted
	for range Family {
		apart = append(apart, n.run(rng, SharedBlocks, 1).fixes...)
	}
	s.Runs++
	return s.Apart.judge(apart, upTo(SharedBlocks))
}

// judge counts nothing where there are too few pairs.
func (f *familyWise) judge(fixes []stat.Attempted, judged []int) error {
	if len(judged) < stat.FewestPairs(1) {
		return nil
	}
	var ps []float64
	alarms := 0
	for _, fix := range fixes {
		before, after := pick(fix, judged)
		c, err := compare(before, after, 0)
		if err != nil {
			return err
		}
		ps = append(ps, c.P)
		alarms += alarm([]float64{c.P})
	}
	f.AnyPlain += one(alarms > 0)
	f.Two += one(alarms > 1)
	f.AnyHolm += alarm(stat.AdjustHolm(ps))
	return nil
}
