package lockacrossrpc

import (
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
)

// Fix compares the two boards while the trigger holds: after the watch has reported ErrNoLeader, before the heal.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "lock-across-rpc",
		Summary:  "a mutex held across the publisher's Put -> the batch is taken under the lock and sent without it",
		Scenario: "leader-churn",
		Claim:    "a lock that is held across a request to etcd halves map writes while there is no leader",
		Primary:  results.Metric{Name: "p99", Phase: results.UnderTrigger},
		Price: results.Price{
			Metric: results.Metric{Name: "heap_peak"},
			Says:   "a batch that is being sent must not be filled again, so there is one more of them",
		},
		Guards: collector.Guards,
		Trigger: results.Trigger{
			Counter: collector.PublishesLeaderless, Unit: "publications",
			Says: "publications begun while the cluster had no leader",
		},
	},
	Counters: []ops.Counter{{Name: collector.PublishesLeaderless, Unit: "publications"}},
	Before:   func(s *collector.Seams) { s.NewBoard = newBefore },
	After:    func(s *collector.Seams) { s.NewBoard = newAfter },
}
