// Package null is an instrument: two identical arms. Whatever the harness finds between them is its own error.
package null

import (
	"aftershock/results"
	"aftershock/scenarios/collector"
)

// Fix compares the repaired collector with itself, in the phase that the other fixes are judged in and by the response
// time, the noisiest of their metrics.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:       "null",
		Summary:    "instrument: both arms are the same, so any difference that is found is the harness's error",
		Scenario:   "leader-churn",
		Instrument: true,
		Primary:    results.Metric{Name: "p99", Phase: results.UnderTrigger},
		Guards:     collector.SteadyGuards,
		Trigger: results.Trigger{
			Counter: collector.UnderCancelled, Unit: "batches", Says: "batches begun under a cancelled context",
		},
	},
	Before: collector.Unchanged,
	After:  collector.Unchanged,
}
