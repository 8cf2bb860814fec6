package simulation

import (
	"fmt"
	"math"

	"aftershock/results/stat"
)

// Judged is what came of the attempts that one method judged. Arms are identical: by shifting the differences a
// change of Large is put in, which moves the interval and no choice.
type Judged struct {
	FalseAlarms int
	Found       int // a change of Large: regressed
	Intervals   int // runs with enough pairs for one
	LogWidth    int // the sum of the logarithms of their half-widths, in millionths, so that sums have no order
}

func (j *Judged) add(o Judged) {
	j.FalseAlarms += o.FalseAlarms
	j.Found += o.Found
	j.Intervals += o.Intervals
	j.LogWidth += o.LogWidth
}

// Chosen is what came of runs that were to judge so many blocks.
type Chosen struct {
	Attempts int
	Usable   int // runs that had something to choose and found their score usable
	By       [methods]Judged
}

// NoiseTally is what came of the repetitions on a machine.
type NoiseTally struct {
	Repetitions int
	Blocks      [Most - Fewest + 1]Chosen // by the number of blocks that are judged, from Fewest on
	Shared      Shared
}

// Add counts what another tally of the same machine counted as well.
func (t *NoiseTally) Add(o NoiseTally) {
	t.Repetitions += o.Repetitions
	for i, c := range o.Blocks {
		b := &t.Blocks[i]
		b.Attempts += c.Attempts
		b.Usable += c.Usable
		for m, j := range c.By {
			b.By[m].add(j)
		}
	}
	t.Shared.add(o.Shared)
}

// RepeatNoise simulates families of repetitions on a machine, as Repeat does in a world, and for each family one run of
// fixes that share an arm where the score is blind.
func RepeatNoise(n Noise, s Study, first, end int) (t NoiseTally, err error) {
	for family := first; family < end; family++ {
		rng := source(s.Seed, "noise, "+n.Name, family)
		for range Family {
			if err := t.repeat(n.run(rng, mostAttempts(Most), 1)); err != nil {
				return NoiseTally{}, err
			}
		}
		if n.promise == none {
			continue // what a score that is not blind does is seen well enough without sharing
		}
		if err := t.Shared.repeat(n, source(s.Seed, "shared, "+n.Name, family)); err != nil {
			return NoiseTally{}, err
		}
	}
	return t, nil
}

func (t *NoiseTally) repeat(whole noisyRun) error {
	for i := range t.Blocks {
		blocks := Fewest + i
		r, c := whole.first(whole.attempts(blocks)), &t.Blocks[i]
		by, usable, err := r.judged(blocks)
		if err != nil {
			return err
		}
		c.Attempts += len(r.scores)
		c.Usable += one(usable)
		for m, judged := range by {
			if err := c.By[m].judge(pick(r.fixes[0], judged)); err != nil {
				return fmt.Errorf("%s: %w", methodNames[m], err)
			}
		}
	}
	t.Repetitions++
	return nil
}

// judge counts nothing where there are too few pairs: such a run has no verdict.
func (j *Judged) judge(before, after []float64) error {
	if len(before) < stat.FewestPairs(1) {
		return nil
	}
	c, err := compare(before, after, 0)
	if err != nil {
		return err
	}
	j.FalseAlarms += isChange(c)
	j.Found += one(c.At95.Low+math.Log1p(Large) > 0)
	j.Intervals++
	j.LogWidth += int(math.Round(1e6 * math.Log(c.At95.HalfWidth())))
	return nil
}

// width is the geometric mean of the half-widths, as a share.
func (j Judged) width() string {
	if j.Intervals == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f", 100*math.Expm1(math.Exp(float64(j.LogWidth)/1e6/float64(j.Intervals))))
}
