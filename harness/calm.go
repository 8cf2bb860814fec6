package harness

import (
	"context"
	"time"

	"aftershock/harness/noise"
	"aftershock/results"
)

// LookAtMachine says how busy others keep the machine. It takes two seconds, in which this process must do nothing
// else.
func LookAtMachine(ctx context.Context) (results.Look, error) { return noise.Look(ctx, noise.LookFor) }

// PatienceFor returns how long a run may wait for a calm machine: at most 15 s before each block, and at most a tenth
// of its budget in all. It is less where the trials need more of the budget.
func PatienceFor(budget, trials time.Duration) *results.Patience {
	whole := min(time.Duration(noise.RunPatience*float64(budget)), budget-trials)
	return &results.Patience{Block: noise.BlockPatience, Run: max(0, whole)}
}

// settleDown waits for a calm machine before a block, while the run's patience lasts. Mostly the share that others
// took since the last trial shows that the machine is calm already.
func (r *runner) settleDown(ctx context.Context) (waited time.Duration, err error) {
	r.mu.Lock()
	r.waiting = true
	r.mu.Unlock()
	waited, err = r.calm.Wait(ctx, r.lastLook)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = false
	return waited, err
}
