package harness

import (
	"context"
	"time"

	"aftershock/harness/noise"
	"aftershock/results"
)

// LookFor is how long a run looks at the machine before its first trial, and BlockPatience how long it waits for calm
// before a block. Tests share their machine with each other, where calm never comes: they set both before they run
// anything.
var (
	LookFor       = 2 * time.Second
	BlockPatience = 15 * time.Second
)

// runPatience is the share of its budget that a run may wait for calm in all.
const runPatience = 0.1

// LookAtMachine says how busy others keep the machine. It takes LookFor, in which this process must do nothing else.
func LookAtMachine(ctx context.Context) (results.Look, error) { return noise.Look(ctx, LookFor) }

// PatienceFor returns how long a run may wait for a calm machine: at most BlockPatience before each block, and at most
// a tenth of its budget in all. It is less where the trials need more of the budget.
func PatienceFor(budget, trials time.Duration) *results.Patience {
	whole := min(time.Duration(runPatience*float64(budget)), budget-trials)
	return &results.Patience{Block: BlockPatience, Run: max(0, whole)}
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
