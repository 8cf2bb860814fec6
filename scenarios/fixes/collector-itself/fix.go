// Package collectoritself is no repair: it is the collector as it is, and what a scenario's faults do to it. A
// phase of each trial is held against the calm of the same trial, so that it takes one arm and no defect.
//
// The calm always comes first, and no coin decides that. What drifts over a trial (a heap that grows, a warm-up
// that was too short) is therefore part of what is found; a run of the scenario calm shows how much that is.
package collectoritself

import (
	"aftershock/results"
	"aftershock/scenarios/collector"
)

// Fix compares the faults of a trial with its own steady phase, by the figure that the scenario names as its answer.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "collector-itself",
		Summary:  "no repair: what the faults of a scenario do to the collector, against the calm of the same trials",
		Scenario: "lease-storm",
		Primary:  results.Metric{Name: "p99", Phase: results.InFault},
		Against:  results.Steady,
	},
	Before: collector.Unchanged,
	After:  collector.Unchanged,
}
