package harness

import (
	"os"
	"path/filepath"

	"aftershock/results"
)

// Remaining counts the trials that are still to be run, without retries. For a new run these are all trials, for a
// resumed run those of the blocks that no earlier start has finished.
func (o Options) Remaining() int {
	if o.partial == nil {
		return Arms(o.Fixes) * len(o.Plans)
	}
	r := &runner{
		Options: o, groups: groupsOf(o.Fixes), past: map[attemptOf]results.Trial{}, folder: o.partial.folder, run: o.partial.run,
	}
	for _, slot := range r.run.Order {
		r.glance(slot)
	}
	return r.untried()
}

// glance looks at what earlier starts left of a slot. It ignores what cannot be read: the run itself reports that.
func (r *runner) glance(slot results.Slot) {
	for attempt := range r.mostAttempts() + 1 {
		folder := filepath.Join(r.folder, results.TrialDir(slot, attempt))
		if _, err := os.Stat(folder); err != nil {
			continue
		}
		t, err := results.ReadTrial(folder)
		if err != nil {
			t = results.Trial{Group: slot.Group, Interrupted: true}
		}
		r.past[attemptOf{slot, attempt}] = t
	}
}

// untried counts the trials of all blocks without a finished attempt.
func (r *runner) untried() (trials int) {
	for _, g := range r.groups {
		for _, block := range r.plannedBlocks(g.Name) {
			if !r.tried(g, block) {
				trials += len(g.Arms)
			}
		}
	}
	return trials
}

// tried tells whether an earlier start finished an attempt at a block, with whatever result.
func (r *runner) tried(g group, block int) bool {
	for attempt := 0; ; attempt++ {
		trials, cut := r.recalled(g, block, attempt)
		if len(trials) == 0 {
			return false
		}
		if !cut && (len(trials) == len(g.Arms) || tryOf(trials).spoiled) {
			return true
		}
	}
}
