package cancelmapleak

import (
	"slices"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
)

// Fix compares what is still live of the heap when the load has ended.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "cancel-map-leak",
		Summary:  "cancel funcs of requests that are over stay in a map -> taken out and called when the request ends",
		Claim:    "a cancel func left in a map leaks",
		Scenario: "leaks", ClusterFree: "leaks",
		Primary: results.Metric{Name: "heap_end"},
		Price: results.Price{
			Metric: results.Metric{Name: "service_p99", Phase: results.Steady},
			Says:   "each request takes its func out of the map and calls it, under the lock",
		},
		Guards: append(slices.Clone(collector.SteadyGuards), results.Metric{Name: collector.CancelParent}),
	},
	Counters: []ops.Counter{{Name: collector.CancelParent, Unit: "ns", Better: ops.Lower}},
	Before:   func(s *collector.Seams) { s.NewRequests = newBefore },
	After:    func(s *collector.Seams) { s.NewRequests = newAfter },
}
