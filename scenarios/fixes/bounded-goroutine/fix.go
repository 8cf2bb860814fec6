package boundedgoroutine

import (
	"aftershock/results"
	"aftershock/scenarios/collector"
)

// Fix compares the two while the dependency hangs for longer than the trial lasts.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "bounded-goroutine",
		Summary:  "a goroutine on context.Background() with each tick -> one at a time, WithTimeout(WithoutCancel(ctx))",
		Claim:    "a goroutine with a 10 s time-out on context.Background() is how work is detached",
		Article:  "no figure",
		Scenario: "leaks", ClusterFree: "leaks",
		Primary: results.Metric{Name: "goroutines_peak"},
		Guards:  collector.SteadyGuards,
	},
	Before: func(s *collector.Seams) { s.NewRefresher = newBefore },
	After:  func(s *collector.Seams) { s.NewRefresher = newAfter },
}
