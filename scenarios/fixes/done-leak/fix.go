package doneleak

import (
	"slices"

	"aftershock/results"
	"aftershock/scenarios/collector"
)

// Fix compares how many goroutines there are when the load ends.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "done-leak",
		Summary:  "a goroutine waits for the Done of a context whose cancel func was thrown away -> called when the request ends",
		Claim:    "a forgotten cancel leaks the goroutine that waits for Done",
		Scenario: "leaks", ClusterFree: "leaks",
		Primary: results.Metric{Name: "goroutines_end"},
		Price:   results.Price{Says: "the cancel func that was thrown away is called, and nothing else is done"},
		Guards:  append(slices.Clone(collector.SteadyGuards), results.Metric{Name: "heap_end"}),
	},
	Before: func(s *collector.Seams) { s.NewRequests = newBefore },
	After:  func(s *collector.Seams) { s.NewRequests = newAfter },
}
