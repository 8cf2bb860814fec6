package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"aftershock/results"
	"aftershock/results/manifest"
)

// runGroup runs a group's blocks in the planned order. Then it retries spoiled blocks while the reserve lasts, with
// the same plan and a fresh permutation of their arms. What happens never changes the planned order. Blocks that an
// earlier start of the run has settled are not run again.
func (r *runner) runGroup(ctx context.Context, g group, share time.Duration) error {
	q := newQueue(r.plannedBlocks(g.Name), r.Scenario.Budget.Reserve, Disturbed)
	for {
		block, attempt, ok := q.next()
		if !ok {
			return nil
		}
		attempt, past, settled := r.settled(g, block, attempt)
		if settled {
			q.tried(block, attempt, past)
			r.book(g.Name, q)
			continue
		}
		if q.planned(block) {
			enough, err := r.enough(g, share)
			if err != nil {
				return err
			}
			if enough {
				r.replan(-len(g.Arms) * q.left())
				return nil
			}
		} else {
			r.replan(len(g.Arms))
		}
		done, err := r.runBlock(ctx, g, Block(g.Group, block, attempt, r.Seed), attempt)
		if err != nil {
			return err
		}
		q.tried(block, attempt, done)
		r.book(g.Name, q)
	}
}

// book records how far a group is, for the status.
func (r *runner) book(group string, q *queue) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tally[group] = q.tally()
}

// plannedBlocks are a group's blocks in the planned order.
func (r *runner) plannedBlocks(group string) (blocks []int) {
	for _, s := range r.run.Order {
		if s.Group == group && (len(blocks) == 0 || blocks[len(blocks)-1] != s.Block) {
			blocks = append(blocks, s.Block)
		}
	}
	return blocks
}

// enough tells whether a group with Stop needs no further block, because its intervals are narrow, or has no time for
// one.
func (r *runner) enough(g group, share time.Duration) (bool, error) {
	if r.Stop == nil {
		return false, nil
	}
	if r.used[g.Name]+time.Duration(len(g.Arms))*r.Scenario.TrialTime() > share {
		return true, nil
	}
	for _, f := range g.fixes {
		if enough, err := r.Enough(r.folder, f.Name); !enough || err != nil {
			return false, err
		}
	}
	return true, nil
}

// share is the time budget of the i-th group. What the groups before it have left of MaxTime is divided among it and
// those after it, by their number of arms. Time that the group has used itself does not count, so that a resumed run
// gives it the same budget.
func (r *runner) share(i int) time.Duration {
	if r.Stop == nil {
		return 0
	}
	left, arms := r.Stop.MaxTime, 0
	for _, before := range r.groups[:i] {
		left -= r.used[before.Name]
	}
	for _, g := range r.groups[i:] {
		arms += len(g.Arms)
	}
	return max(0, left) * time.Duration(len(r.groups[i].Arms)) / time.Duration(arms)
}

// runBlock runs all trials of a block, unless one of them is spoiled: the others could not be used.
func (r *runner) runBlock(ctx context.Context, g group, slots []results.Slot, attempt int) (done try, err error) {
	waited, err := r.settleDown(ctx)
	if err != nil {
		return try{}, err
	}
	trials := make([]results.Trial, 0, len(slots))
	for i, slot := range slots {
		t, err := r.runTrial(ctx, g, slot, attempt, waited)
		if err != nil {
			return try{}, err
		}
		waited = 0 // it was before the block, and never inside it
		trials = append(trials, t)
		if t.Spoiled {
			r.replan(i + 1 - len(slots))
			break
		}
	}
	r.judged(g, trials)
	return tryOf(trials), nil
}

// judged counts the fixes for which a block can be judged.
func (r *runner) judged(g group, trials []results.Trial) {
	valid := map[results.Arm]bool{}
	for _, t := range trials {
		valid[t.Arm] = t.Invalid == ""
	}
	for _, f := range g.fixes {
		if valid[f.Arms.Before] && valid[f.Arms.After] {
			r.valid++
		}
	}
}

func (r *runner) runTrial(ctx context.Context, g group, slot results.Slot, attempt int, waited time.Duration) (
	_ results.Trial, err error,
) {
	place := results.TrialDir(slot, attempt)
	folder, err := r.makeTrialFolder(place)
	if err != nil {
		return results.Trial{}, err
	}
	a, done, err := r.assign(g, slot, folder)
	if err != nil {
		return results.Trial{}, err
	}
	defer func() { err = errors.Join(err, done()) }()
	a.attempt, a.plan, a.operations = attempt, r.Plans[slot.Block-1], r.Operations
	t := r.newTrial(a)
	t.record.Plan, t.record.Machine.Waited = r.digests[slot.Block], waited
	r.enter(t)
	err = t.run(ctx)
	r.listened(t)
	r.lastLook = t.lastLook
	if t.written {
		err = errors.Join(err, r.manifest.End(place, howItWent(t.record)))
	}
	if err != nil {
		return t.record, fmt.Errorf("trial %s: %w", place, err)
	}
	r.spend(t.record)
	t.live.ended()
	if ctx.Err() != nil {
		return t.record, context.Cause(ctx)
	}
	r.watch.TrialDone(t.record)
	return t.record, r.starts.tried(t)
}

// makeTrialFolder makes the folder of a trial that begins. A folder that exists already belongs to another run.
func (r *runner) makeTrialFolder(place string) (string, error) {
	if err := r.manifest.Begin(place); err != nil {
		return "", err
	}
	folder := filepath.Join(r.folder, place)
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return "", err
	}
	return folder, os.Mkdir(folder, 0o755)
}

// howItWent is what the manifest says of a trial.
func howItWent(t results.Trial) manifest.Outcome {
	switch {
	case t.Interrupted:
		return manifest.Interrupted
	case t.Spoiled:
		return manifest.Spoiled
	case t.Invalid != "":
		return manifest.Invalid
	}
	return manifest.Valid
}

// assign makes an assignment without a plan yet, with an existing folder. done removes its members' data.
func (r *runner) assign(g group, slot results.Slot, folder string) (a assignment, done func() error, err error) {
	data, err := r.root.Trial()
	if err != nil {
		return assignment{}, nil, err
	}
	a = assignment{
		slot: slot, scenario: r.Scenario, runtime: r.Runtime, group: g, folder: folder, data: data, cores: r.cores,
		profiled: r.Profile, cpus: r.cpus(), workerCPUs: r.workerCPUs(), built: r.Built, endpoints: r.Endpoints,
	}
	return a, func() error {
		if data == "" {
			return nil
		}
		return os.RemoveAll(data)
	}, nil
}

// newTrial makes a trial that has not begun.
func (r *runner) newTrial(a assignment) *trial {
	return &trial{assignment: a, record: results.Trial{
		Run: r.run.ID, Seed: r.Seed,
		Group: a.slot.Group, Block: a.slot.Block, Arm: a.slot.Arm, Attempt: a.attempt, Position: r.trials,
	}}
}

// spend records the time that a trial has taken.
func (r *runner) spend(t results.Trial) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[t.Group] += t.Machine.Waited + t.Whole
}
