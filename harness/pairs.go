package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"aftershock/harness/noise"
	"aftershock/results"
)

// pair is two adjacent places of the order: both arms, in the order in which they are run.
type pair [2]results.Slot

func (p pair) number() int { return p[0].Pair }

// pairsOf are a fix's pairs in the planned order.
func (r *runner) pairsOf(fix string) []pair {
	var pairs []pair
	for i := 0; i < len(r.run.Order); i += 2 {
		if r.run.Order[i].Fix == fix {
			pairs = append(pairs, pair{r.run.Order[i], r.run.Order[i+1]})
		}
	}
	return pairs
}

// runFix runs a fix's pairs in the planned order, and then those that have an invalid trial once more, with the same
// plan, as far as the reserve goes. The planned order never changes by what happened. What an earlier start of the run
// has settled is not run again.
func (r *runner) runFix(ctx context.Context, fix Fix, share time.Duration) error {
	pairs := r.pairsOf(fix.Name)
	most := len(pairs) + r.Scenario.Budget.Reserve
	attempts := map[int]int{}
	for i := 0; i < len(pairs); i++ {
		p := pairs[i]
		attempt, past, err := r.settled(p, attempts[p.number()])
		if err != nil {
			return err
		}
		attempts[p.number()] = attempt
		ok := past == settledValid
		if past == unsettled {
			enough, err := r.enough(fix.Name, share)
			if err != nil {
				return err
			}
			if enough {
				r.replan(-2 * (len(pairs) - i))
				return nil
			}
			if ok, err = r.runPair(ctx, fix, p, attempt); err != nil {
				return err
			}
		}
		switch {
		case ok:
			r.valid++
		case len(pairs) < most:
			attempts[p.number()]++
			pairs = append(pairs, p)
			r.replan(+2)
		}
	}
	return nil
}

// enough tells whether a fix that is run until its interval is narrow needs no further pair, or has no time for one.
func (r *runner) enough(fix string, share time.Duration) (bool, error) {
	if r.Stop == nil {
		return false, nil
	}
	if r.used[fix]+2*r.Scenario.TrialTime() > share {
		return true, nil
	}
	return r.Enough(r.folder, fix)
}

// share is how long the trials of the i-th fix may take: what those before it have left of the most that the run may take
// is divided evenly among it and those after it. What it has used itself does not count, so that a run that is gone on with
// gives it the same.
func (r *runner) share(i int) time.Duration {
	if r.Stop == nil {
		return 0
	}
	left := r.Stop.MaxTime
	for _, before := range r.Fixes[:i] {
		left -= r.used[before.Name]
	}
	return max(0, left) / time.Duration(len(r.Fixes)-i)
}

// runPair runs both trials of a pair, unless the first is already invalid: the second could not be used.
func (r *runner) runPair(ctx context.Context, fix Fix, p pair, attempt int) (ok bool, err error) {
	var trials [2]results.Trial
	for i, slot := range p {
		if trials[i], err = r.runTrial(ctx, fix, slot, attempt); err != nil {
			return false, err
		}
		if trials[i].Invalid != "" {
			r.replan(i - 1)
			return false, nil
		}
	}
	return r.guard(trials)
}

// guard sets a pair aside during which the machine itself changed: only by what cannot see the arm.
func (r *runner) guard(trials [2]results.Trial) (ok bool, err error) {
	first, second := noise.Judge(trials[0].Machine, trials[1].Machine, r.Scenario.Guard.Canary, r.Scenario.Guard.Steal)
	for i, why := range []string{first, second} {
		if why == "" {
			continue
		}
		t := trials[i]
		t.Invalid = why
		slot := results.Slot{Fix: t.Fix, Pair: t.Pair, Arm: t.Arm}
		file := filepath.Join(r.folder, results.TrialDir(slot, t.Attempt), results.TrialFile)
		err = errors.Join(err, results.WriteJSON(file, t))
		r.watch.TrialDone(t)
	}
	return first == "" && second == "", err
}

func (r *runner) runTrial(ctx context.Context, fix Fix, slot results.Slot, attempt int) (_ results.Trial, err error) {
	folder := filepath.Join(r.folder, results.TrialDir(slot, attempt))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return results.Trial{}, err
	}
	data, err := r.root.Trial()
	if err != nil {
		return results.Trial{}, err
	}
	if data != "" {
		defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	}
	t := &trial{
		scenario: r.Scenario, runtime: r.Runtime, fix: fix, plan: r.Plans[slot.Pair-1], folder: folder, data: data,
		cores: r.cores, profiled: r.Profile,
		record: results.Trial{Fix: slot.Fix, Pair: slot.Pair, Arm: slot.Arm, Attempt: attempt, Position: r.trials},
	}
	t.record.Machine.CanaryBefore = r.canary()
	r.enter(t)
	if err := t.run(ctx); err != nil {
		return t.record, fmt.Errorf("trial %s: %w", results.TrialDir(slot, attempt), err)
	}
	r.spend(slot.Fix, t.record)
	if ctx.Err() != nil {
		return t.record, context.Cause(ctx)
	}
	r.lastCanary = t.record.Machine.CanaryAfter
	r.watch.TrialDone(t.record)
	return t.record, nil
}

// spend books the time that a trial has taken.
func (r *runner) spend(fix string, t results.Trial) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[fix] += t.Whole + t.Machine.CanaryAfter
}

// canary is the loop's time right before a trial. The one after the trial before serves as well: nothing ran between.
func (r *runner) canary() time.Duration {
	if r.lastCanary > 0 {
		return r.lastCanary
	}
	return noise.Canary()
}
