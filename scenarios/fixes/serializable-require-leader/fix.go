package serializablerequireleader

import (
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/lookups"
)

// Fix compares how many lookups are answered in time while the member that the client is pinned to knows of no leader. It is
// judged by that share and not by a latency: before, hardly any lookup has one that is not the time-out.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "serializable-require-leader",
		Summary:  "WithRequireLeader on serializable reads, which fail with the leader -> left out there",
		Scenario: "leaderless-reads",
		Claim:    "a serializable read answers on a member without a leader, unless it asks for one",
		Primary:  results.Metric{Name: "lookup_goodput", Phase: results.UnderTrigger},
		Price: results.Price{
			Metric: results.Metric{Name: lookups.Stale},
			Says:   "the answer is as old as the partition, and does not say so",
		},
		Guards: collector.Guards,
		Trigger: results.Trigger{
			Counter: lookups.Leaderless, Unit: "lookups", Says: "lookups that began without a leader",
		},
	},
	Counters: []ops.Counter{
		{Name: lookups.Leaderless, Unit: "lookups"},
		{Name: lookups.Stale, Unit: "lookups", Better: ops.Lower},
		{Name: lookups.WireAttempts, Unit: "attempts", Better: ops.Lower},
	},
	Before: func(s *collector.Seams) { s.NewReader = newBefore },
	After:  func(s *collector.Seams) { s.NewReader = newAfter },
}
