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

// PatienceFor gives how long a run may wait for a calm machine: before each block at most 15 s, and in all at most a
// tenth of its budget, of which trials may need so much that less is left.
func PatienceFor(budget, trials time.Duration) *results.Patience {
	whole := min(time.Duration(noise.RunPatience*float64(budget)), budget-trials)
	return &results.Patience{Block: noise.BlockPatience, Run: max(0, whole)}
}

// settleDown waits for a calm machine before a block, as far as the run's patience goes. What others took since the
// last trial's end says most of the time that there is nothing to wait for.
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
