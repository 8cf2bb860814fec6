package cancelinvalue

import (
	"context"
	"slices"

	"aftershock/results"
	"aftershock/scenarios/collector"
)

// entry is a value of the map, and how to stop what fetches it.
type entry struct {
	cancel func()
}

// fetch waits for a source that does not answer.
func fetch(ctx context.Context) { <-ctx.Done() }

// Fix compares how many goroutines there are when the load ends.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "cancel-in-value",
		Summary:  "a cancel func that does nothing beside each value of a map -> the one of the value's own context",
		Claim:    "a no-op cancel func stored beside the value breaks propagation",
		Scenario: "leaks", ClusterFree: "leaks",
		Primary: results.Metric{Name: "goroutines_end"},
		Price: results.Price{
			Metric: results.Metric{Name: "service_p99", Phase: results.Steady},
			Says:   "each value has a context of its own",
		},
		Guards: append(slices.Clone(collector.SteadyGuards), results.Metric{Name: "heap_end"}),
	},
	Before: func(s *collector.Seams) { s.NewRequests = newBefore },
	After:  func(s *collector.Seams) { s.NewRequests = newAfter },
}
