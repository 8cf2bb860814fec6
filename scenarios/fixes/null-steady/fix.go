// Package nullsteady is an instrument: two identical arms, judged where nothing is ever wrong. It needs no fault and no
// cluster, so many runs of it fit into the time of one of null's.
package nullsteady

import (
	"aftershock/results"
	"aftershock/scenarios/collector"
)

// Fix compares the repaired collector with itself in the steady phase, by the response time.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "null-steady",
		Summary:  "instrument: both arms are the same, judged in the steady phase, so that it needs no fault",
		Scenario: "cluster-free", ClusterFree: "cluster-free",
		Instrument: true,
		Primary:    results.Metric{Name: "p99", Phase: results.Steady},
		Guards:     collector.SteadyGuards,
	},
	Before: collector.Unchanged,
	After:  collector.Unchanged,
}
