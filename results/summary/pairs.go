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

// judgeable returns the valid pairs in the order in which they were run, and records the invalid trials. A pair is the
// fix's two arms of a judged block.
func (f *Fix) judgeable(trials []*trialData, blocks []block) (pairs []pair) {
	f.bookInvalid(trials)
	for _, b := range blocks {
		before, after := b.arms[f.Arms.Before], b.arms[f.Arms.After]
		if before.Invalid == "" && after.Invalid == "" {
			pairs = append(pairs, pair{number: b.block, before: before, after: after})
			f.Pairs.Disturbed += count(b.disturbed())
		}
	}
	f.Pairs.Valid, f.Pairs.Again = len(pairs), againOf(trials)
	return asRun(pairs)
}

// asRun returns the pairs in the order in which they were run.
func asRun(pairs []pair) []pair {
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.position(), b.position()), cmp.Compare(a.number, b.number))
	})
	return pairs
}

// bookInvalid lists the trials that cost the fix a pair: its own, and those of other arms that spoiled a block.
func (f *Fix) bookInvalid(trials []*trialData) {
	for _, d := range trials {
		own := d.Arm == f.Arms.Before || d.Arm == f.Arms.After
		if d.Invalid == "" || d.Failed() && !own {
			continue
		}
		f.Pairs.Invalid = append(f.Pairs.Invalid, Invalid{
			Pair: d.Block, Arm: f.sideOf(d), Attempt: d.Attempt, Why: d.Invalid, Interrupted: d.Interrupted,
			Spoiled: d.Spoiled, Diverged: d.Diverged,
		})
	}
}

// sideOf is the side of a trial's arm in the fix's comparison; the arm's own name where it is on neither.
func (f *Fix) sideOf(d *trialData) results.Arm {
	if d.Arm == f.Arms.Before {
		return results.Before
	}
	if d.Arm == f.Arms.After {
		return results.After
	}
	return d.Arm
}

// Unmet says in which trials the trigger of a fix that was not exercised stayed 0.
func (f Fix) Unmet() string {
	return "the trigger stayed 0 in a trial of every pair, and it is set from outside of both arms"
}

// exercised leaves out the pairs in which an arm did not meet the trigger, and records the trigger's counts. No arm
// sets the trigger: an arm that never met it was not tested.
func (f *Fix) exercised(valid []pair) []pair {
	counter := f.Fix.Trigger.Counter
	if counter == "" {
		return valid
	}
	var pairs []pair
	for _, p := range valid {
		before, after := p.before.triggers[counter], p.after.triggers[counter]
		f.Trigger.Before = append(f.Trigger.Before, before)
		f.Trigger.After = append(f.Trigger.After, after)
		// A crash in mid-trial leaves a count of 0 where the trigger was still to come; that is the arm's outcome.
		if (before > 0 || p.before.Worker.Crashed) && (after > 0 || p.after.Worker.Crashed) {
			pairs = append(pairs, p)
		}
	}
	f.Pairs.NotExercised = len(valid) - len(pairs)
	return pairs
}
