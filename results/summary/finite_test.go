package summary_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"
)

// Whatever becomes of operations in either arm, down to none, all failed, or nothing but zeros, a summary is one that
// JSON can hold, computed again alike, and ordered: no NaN, no infinity, no interval that leaves out its own estimate.
func TestAnySummaryIsFinite(t *testing.T) {
	slow.Reads(t)
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 2))
		w := newWorld(t, repair)
		w.run.Margin = []float64{0, 0.1, 1e300}[rng.IntN(3)]
		for pair := range 1 + rng.IntN(9) {
			for _, arm := range []results.Arm{results.Before, results.After} {
				w.trial(pair+1, arm, odd(rng), odd(rng))
			}
		}
		w.save()
		checkSummary(t, w.folder)
	}
}

// odd is something that a trial may have gone through.
func odd(rng *rand.Rand) step {
	phase := []string{results.Steady, results.InFault, results.UnderTrigger, results.Recovery}[rng.IntN(4)]
	zero := ops.Record{Outcome: ops.OK}
	long := ops.Record{Outcome: ops.OK, Service: time.Duration(1) << 61}
	return []step{
		become(phase, rng.IntN(300), refused), become(phase, 300, missed), become(phase, 300, zero), become(phase, 300, long),
		capacity(results.CapacityCalm, 0), capacity(results.CapacityTrigger, uint64(rng.IntN(2))), lasting(phase, 0),
		lasting(phase, time.Duration(1)<<62), unpublished(phase), fired(0), invalid("steal"),
		func(r *recipe) { r.trial.Machine = results.Machine{Steal: 1e308, Load: 1e308} },
		func(r *recipe) { r.batch, r.publish = nil, nil },
		func(r *recipe) { r.trial.Worker.Crashed, r.trial.Worker.Died = true, 1 },
	}[rng.IntN(14)]
}
