package summary

import (
	"cmp"
	"slices"

	"aftershock/results"
)

// pair is a valid pair's two trials.
type pair struct {
	number        int
	before, after *trialData
}

// position is when the pair was run, among the run's trials.
func (p pair) position() int { return min(p.before.Position, p.after.Position) }

// attempt is one go at a pair: both arms, or those that came about.
type attempt struct{ pair, again int }

// judgeable gives the valid pairs in the order in which they were run, and books the trials that are none.
func (f *Fix) judgeable(trials []*trialData) []pair {
	arms := map[attempt]map[results.Arm]*trialData{}
	for _, d := range trials {
		if d.Invalid != "" {
			f.Pairs.Invalid = append(f.Pairs.Invalid, Invalid{
				Pair: d.Pair, Arm: d.Arm, Attempt: d.Attempt, Why: d.Invalid, Interrupted: d.Interrupted,
			})
			continue
		}
		key := attempt{d.Pair, d.Attempt}
		if arms[key] == nil {
			arms[key] = map[results.Arm]*trialData{}
		}
		arms[key][d.Arm] = d
	}
	first := map[int]attempt{}
	for key, both := range arms {
		if both[results.Before] == nil || both[results.After] == nil {
			continue
		}
		// A pair has one valid attempt. Were there two, counting both would make two witnesses of one plan, and taking the
		// later a choice by what the earlier gave.
		if other, ok := first[key.pair]; !ok || key.again < other.again {
			first[key.pair] = key
		}
	}
	var pairs []pair
	for number, key := range first {
		pairs = append(pairs, pair{number: number, before: arms[key][results.Before], after: arms[key][results.After]})
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.position(), b.position()), cmp.Compare(a.number, b.number))
	})
	f.Pairs.Valid, f.Pairs.Again = len(pairs), againOf(trials)
	return pairs
}

// againOf counts how often a pair was run again because a trial of its last attempt could not be judged. One that was
// cut short from outside, with or without the time to say so, is gone on with and not run again.
func againOf(trials []*trialData) int {
	spoiled, begun := map[attempt]bool{}, map[attempt]bool{}
	for _, d := range trials {
		key := attempt{d.Pair, d.Attempt}
		begun[key] = true
		if d.Invalid != "" && !d.Interrupted {
			spoiled[key] = true
		}
	}
	again := 0
	for key := range begun {
		again += count(spoiled[attempt{key.pair, key.again - 1}])
	}
	return again
}

// exercised leaves out the pairs whose before arm never met the condition under which the defect costs anything, and
// books the trigger's counts.
func (f *Fix) exercised(valid []pair) []pair {
	if f.Fix.Trigger.Counter == "" {
		return valid
	}
	var pairs []pair
	for _, p := range valid {
		f.Trigger.Before = append(f.Trigger.Before, p.before.trigger)
		f.Trigger.After = append(f.Trigger.After, p.after.trigger)
		// A crash in mid-trial leaves a count of 0 where the trigger was still to come; that is the arm's outcome.
		if p.before.trigger > 0 || p.before.Worker.Crashed {
			pairs = append(pairs, p)
		}
	}
	f.Pairs.NotExercised = len(valid) - len(pairs)
	return pairs
}
