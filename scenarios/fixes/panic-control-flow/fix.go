package paniccontrolflow

import (
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/part"
)

// The counters of the defect; the repair has nothing to count.
const (
	panicked  = "panics_recovered"
	halfBuilt = "half_built_batches" // some keys from before a cancellation, and some from after it
)

// tell counts what a batch went through.
func tell(count part.Count, panics, keys int) {
	if panics == 0 || count == nil {
		return
	}
	count(panicked, uint64(panics))
	if panics < keys {
		count(halfBuilt, 1)
	}
}

// Fix compares the two builders while the shared context is cancelled for half of the time, by the clock.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "panic-control-flow",
		Summary:  "panic and recover for each series on a cancelled context, half-built batches handed on -> asked once, built privately",
		Claim:    "panics that are caught in the write path slow map writes",
		Scenario: "cancelled-writes", ClusterFree: "cancelled-writes",
		Primary: results.Metric{Name: "service_p99", Phase: results.Steady},
		Price: results.Price{
			Says: "the loop asks once and throws nothing; a cancellation in mid-batch is told with the next batch",
		},
		Guards: collector.SteadyGuards,
		Trigger: results.Trigger{
			Counter: collector.UnderCancelled, Unit: "batches", Says: "batches begun under a cancelled context",
		},
	},
	Counters: []ops.Counter{
		{Name: panicked, Unit: "panics", Better: ops.Lower}, {Name: halfBuilt, Unit: "batches", Better: ops.Lower},
	},
	Before: func(s *collector.Seams) { s.Builder = before{} },
	After:  func(s *collector.Seams) { s.Builder = after{} },
}
