package summary

import (
	"cmp"
	"math"
	"slices"

	"aftershock/results"
	"aftershock/results/stat"
)

// attempt is one attempt at a block.
type attempt struct{ block, again int }

// block is an attempt at a block with all its arms, each run to its end.
type block struct {
	attempt
	arms map[results.Arm]*trialData
}

// position is when the block was begun, among the run's trials.
func (b block) position() int {
	first := math.MaxInt
	for _, d := range b.arms {
		first = min(first, d.Position)
	}
	return first
}

// score is how much others disturbed the block; NaN when that is not known.
func (b block) score() float64 {
	var machines []results.Machine
	for _, d := range b.arms {
		machines = append(machines, d.Machine)
	}
	if score, known := results.ScoreOf(machines...); known {
		return score
	}
	return math.NaN()
}

// disturbed tells whether others took so much of the machine that the block counts as disturbed.
func (b block) disturbed() bool { return b.score() > stat.Disturbed }

// wholeBlocks are the attempts in which every arm of the group was run to its end and none was spoiled, in the order in which
// they were run.
func wholeBlocks(g results.Group, trials []*trialData) (whole []block) {
	all, spoiled := map[attempt]map[results.Arm]*trialData{}, map[attempt]bool{}
	for _, d := range trials {
		key := attempt{d.Block, d.Attempt}
		if all[key] == nil {
			all[key] = map[results.Arm]*trialData{}
		}
		all[key][d.Arm] = d
		spoiled[key] = spoiled[key] || d.Spoiled || d.Interrupted
	}
	for key, arms := range all {
		if !spoiled[key] && len(arms) == len(g.Arms) {
			whole = append(whole, block{key, arms})
		}
	}
	slices.SortFunc(whole, func(a, b block) int {
		return cmp.Or(cmp.Compare(a.position(), b.position()), cmp.Compare(a.block, b.block), cmp.Compare(a.again, b.again))
	})
	return whole
}

// againOf counts how often a block was run again because its last attempt was spoiled. An attempt that was interrupted,
// with or without the time to record it, is resumed and not counted as a retry.
func againOf(trials []*trialData) int {
	spoiled, begun := map[attempt]bool{}, map[attempt]bool{}
	for _, d := range trials {
		key := attempt{d.Block, d.Attempt}
		begun[key] = true
		if d.Spoiled && !d.Interrupted {
			spoiled[key] = true
		}
	}
	again := 0
	for key := range begun {
		again += count(spoiled[attempt{key.block, key.again - 1}])
	}
	return again
}

// The figures of a trial's outcome. They rest on all attempts at the judged plans, whatever can be compared and
// whichever attempt is judged: noise in a trial does not undo its outcome.
const (
	invalidFigure  = "invalid"
	divergedFigure = "diverged"
)

// outcomes are the rows of the fix's trials' outcomes: how many are invalid because of their arm, and in how many the
// members held different data.
func (f *Fix) outcomes(blocks, whole []block, margin float64) []Row {
	if len(blocks) == 0 {
		return nil
	}
	row := func(name string, is func(*trialData) bool) Row {
		r := Row{Metric: results.Metric{Name: name}, Unit: "count", Better: stat.Lower, Scale: stat.Difference}
		for _, b := range blocks {
			var before, after int
			for _, tried := range whole {
				if tried.block == b.block {
					before += count(is(tried.arms[f.Arms.Before]))
					after += count(is(tried.arms[f.Arms.After]))
				}
			}
			r.Before.take(b.block, figure{value: float64(before)})
			r.After.take(b.block, figure{value: float64(after)})
		}
		r.Before.close()
		r.After.close()
		r.compare(margin)
		return r
	}
	return []Row{
		row(invalidFigure, func(d *trialData) bool { return d.Failed() }),
		row(divergedFigure, func(d *trialData) bool { return d.Diverged }),
	}
}
