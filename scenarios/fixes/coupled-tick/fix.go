package coupledtick

import (
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
)

// Fix compares the two tickers while the trigger holds: after the watch has reported ErrNoLeader, before the heal.
//
// Its verdict comes from the share of batches that lack something, which is what the shared context does to them. It is not
// the P99: a batch that is incomplete is charged at the time-out, so that with one in ten of them the P99 of before would be
// that time-out, and say nothing. How late ticks are shows in the P99 of the steady phase, and what that takes away from a
// loop that waits for each in capacity.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "coupled-tick",
		Summary:  "one context for the read of the configuration and the build -> known configuration, read in the background",
		Scenario: "leader-churn",
		Claim:    "work that shares a context with a read from etcd is interrupted where the member has no leader",
		Primary:  results.Metric{Name: "partial", Phase: results.UnderTrigger},
		Price: results.Price{
			Metric: results.Metric{Name: collector.TicksOutdated},
			Says:   "a tick takes the configuration that is known, which is as old as the loss of the leader",
		},
		Guards: collector.Guards,
		Trigger: results.Trigger{
			Counter: collector.TicksLeaderless, Unit: "ticks", Says: "ticks begun while the cluster had no leader",
		},
	},
	Counters: []ops.Counter{
		{Name: collector.TicksLeaderless, Unit: "ticks"}, {Name: collector.TicksOutdated, Unit: "ticks",
			Better: ops.Lower},
	},
	Before: func(s *collector.Seams) { s.NewTicker = newBefore },
	After:  func(s *collector.Seams) { s.NewTicker = newAfter },
}
