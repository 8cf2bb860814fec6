package keepalivesupervisor

import (
	"slices"

	"aftershock/results"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/registry"
)

// Fix compares for how long the entry is not in the registry. That is what others see of the defect, and it needs no
// phase: the isolation, which outlasts the lease in both arms, is part of the figure, and so is the time after it.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name: "keepalive-supervisor",
		Summary: "a service whose lease was lost is never entered again -> when the channel closes, a new lease " +
			"and a new entry",
		Claim:    "a keepalive channel that closes has to be answered by a new registration, or the service stays out of the registry",
		Scenario: "lost-registration",
		Primary:  results.Metric{Name: registry.Unregistered},
		Price: results.Price{
			Metric: results.Metric{Name: registry.Renewals},
			Says:   "a registrar that comes back goes on asking",
		},
		Guards: append(slices.Clone(collector.Guards), results.Metric{Name: registry.LeasesLeft}),
		Trigger: results.Trigger{
			Counter: collector.UnderCancelled, Unit: "batches",
			Says: "batches begun while the watch had reported ErrNoLeader",
		},
	},
	Counters: registry.Counters,
	Before:   func(s *collector.Seams) { s.NewRegistrar = newBefore },
	After:    func(s *collector.Seams) { s.NewRegistrar = newAfter },
	Constants: map[string]string{
		"shortest": "before enters once, and two attempts need a time between them",
		"longest":  "as shortest",
		"2":        "the factor from one pause to the next",
	},
}
