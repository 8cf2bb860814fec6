// Package withinmargin is an instrument: one arm is slower by less than the margin. A harness that calls this a regression
// cries wolf, and one that never calls it no difference cannot clear anything.
package withinmargin

import (
	"aftershock/results"
	"aftershock/scenarios/collector"
)

// slowdown is the share of its own time by which the after arm's build takes longer: far enough below the usual margin
// of 10 % for a few pairs to tell, and not 0, so that calling it no difference is more than null's verdict.
const slowdown = 0.03

// Fix makes building slower by 3 %, so with a margin above that it must be called no difference, given enough pairs.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "within-margin",
		Summary:  "instrument: the after arm takes 3 % longer to build, which is no difference when the margin is above that",
		Scenario: "cluster-free", ClusterFree: "cluster-free",
		Instrument: true,
		Expect:     slowdown,
		Tolerance:  0.005, // 2.8 to 3.0 % in a tight loop at 1000 to 8000 series
		Primary:    results.Metric{Name: "build_p50", Phase: results.Steady},
		Guards:     collector.SteadyGuards,
	},
	Before: collector.Slower(0),
	After:  collector.Slower(slowdown),
}
