// Package control is an instrument: one arm is slower by a known share. A harness that does not find it, or not its size,
// cannot be believed about anything else.
package control

import (
	"aftershock/results"
	"aftershock/scenarios/collector"
)

// slowdown is the share of its own time by which the after arm's build takes longer.
const slowdown = 0.5

// Fix makes building slower by half, so its after arm must be found to have regressed by that much.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "control",
		Summary:  "instrument: the after arm takes half as long again to build, and must be found out",
		Scenario: "cluster-free", ClusterFree: "cluster-free",
		Instrument: true,
		Expect:     slowdown,
		Tolerance:  0.01, // 49.5 to 50 % in a tight loop, less in the open loop: the clock costs both arms
		Primary:    results.Metric{Name: "build_p50", Phase: results.Steady},
		Guards:     collector.SteadyGuards,
	},
	Before: collector.Slower(0),
	After:  collector.Slower(slowdown),
}
