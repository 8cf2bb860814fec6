package orphanlease

import (
	"slices"
	"time"

	"aftershock/results"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/registry"
)

// pause spaces attempts to enter, and the loss of a lease from the next attempt.
const pause = 100 * time.Millisecond

// Fix compares how many leases are alive at the end beside the one in use. The scenario leaves more than a TTL after the
// heal, so that whatever is alive then has been renewed. Neither arm may win by being absent from the registry.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "orphan-lease",
		Summary:  "leases renewed under the service's context, by the library for ever -> a context of its own for each",
		Claim:    "the client renews a lease for ever whose KeepAlive channel was closed by the loss of the leader",
		Scenario: "registration-isolated",
		Primary:  results.Metric{Name: registry.LeasesLeft},
		Price: results.Price{
			Metric: results.Metric{Name: registry.Renewals},
			Says:   "each lease is renewed under a context of its own; the old one is left to run out",
		},
		Guards: append(slices.Clone(collector.Guards), results.Metric{Name: registry.Unregistered}),
		Trigger: results.Trigger{
			Counter: collector.UnderCancelled, Unit: "batches",
			Says: "batches begun while the watch had reported ErrNoLeader",
		},
	},
	Counters: registry.Counters,
	Before:   func(s *collector.Seams) { s.NewRegistrar = newBefore },
	After:    func(s *collector.Seams) { s.NewRegistrar = newAfter },
}
