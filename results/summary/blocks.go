package summary

import (
	"cmp"
	"maps"
	"slices"

	"aftershock/results"
	"aftershock/results/stat"
)

// attempt is one go at a block.
type attempt struct{ block, again int }

// block is an attempt at a block with all its arms, each run to its end.
type block struct {
	number int
	arms   map[results.Arm]*trialData
}

// position is when the block was begun, among the run's trials.
func (b block) position() int {
	first := -1
	for _, d := range b.arms {
		if first < 0 || d.Position < first {
			first = d.Position
		}
	}
	return first
}

// judgedBlocks gives the blocks that a group is judged by, in the order in which they were run. Each has the plan of its
// number, and of the attempts at a number one is judged: were there two, counting both would make two witnesses of one plan.
// All arms of an attempt are taken or none, whatever became of them, and no attempt is chosen by what it gave.
func judgedBlocks(g results.Group, trials []*trialData) (judged []block) {
	first := map[int]attempt{}
	whole := wholeAttempts(g, trials)
	for key := range whole {
		if other, ok := first[key.block]; !ok || key.again < other.again {
			first[key.block] = key
		}
	}
	for _, number := range slices.Sorted(maps.Keys(first)) {
		judged = append(judged, block{number: number, arms: whole[first[number]]})
	}
	slices.SortStableFunc(judged, func(a, b block) int { return cmp.Compare(a.position(), b.position()) })
	return judged
}

// wholeAttempts are those in which every arm of the group was run to its end and none was spoiled.
func wholeAttempts(g results.Group, trials []*trialData) map[attempt]map[results.Arm]*trialData {
	all, spoiled := map[attempt]map[results.Arm]*trialData{}, map[attempt]bool{}
	for _, d := range trials {
		key := attempt{d.Block, d.Attempt}
		if all[key] == nil {
			all[key] = map[results.Arm]*trialData{}
		}
		all[key][d.Arm] = d
		spoiled[key] = spoiled[key] || d.Spoiled || d.Interrupted
	}
	maps.DeleteFunc(all, func(key attempt, of map[results.Arm]*trialData) bool {
		return spoiled[key] || len(of) < len(g.Arms)
	})
	return all
}

// againOf counts how often a block was run again because its last attempt was spoiled. One that was cut short from outside,
// with or without the time to say so, is gone on with and not run again.
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

// The figures of what became of a trial. They rest on all blocks that are judged, whatever can be compared.
const (
	invalidFigure  = "invalid"
	divergedFigure = "diverged"
)

// outcomes are the rows of what became of the fix's trials: how many are invalid by what their arm went through, and in how
// many the members held different data.
func (f *Fix) outcomes(blocks []block, margin float64) []Row {
	if len(blocks) == 0 {
		return nil
	}
	row := func(name string, is func(*trialData) bool) Row {
		r := Row{Metric: results.Metric{Name: name}, Unit: "count", Better: stat.Lower, Scale: stat.Difference}
		for _, b := range blocks {
			r.Before.take(b.number, figure{value: float64(count(is(b.arms[f.Arms.Before])))})
			r.After.take(b.number, figure{value: float64(count(is(b.arms[f.Arms.After])))})
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
