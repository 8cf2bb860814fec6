package boundedgoroutine

import (
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
)

// Fix compares the two while the dependency hangs for longer than the trial lasts, which is shorter than the
// article's time-out: what is seen is how the number grows, and not where it ends. Both have the same time-out, so that
// what bounds the number is what is compared.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name: "bounded-goroutine",
		Summary: "a goroutine with a 10 s time-out with each tick, however many run -> one at a time, with the " +
			"same time-out",
		Claim:    "a 10 s time-out on context.Background() bounds the goroutines that detached work keeps",
		Scenario: "leaks", ClusterFree: "leaks",
		Primary: results.Metric{Name: "goroutines_peak"},
		Price: results.Price{
			Metric: results.Metric{Name: collector.DependencyLookups},
			Says:   "a tick during a lookup gets none of its own, and sees what that brings",
		},
		Guards: collector.SteadyGuards,
	},
	Counters: []ops.Counter{{Name: collector.DependencyLookups, Unit: "lookups", Better: ops.Higher}},
	Before:   func(s *collector.Seams) { s.NewRefresher = newBefore },
	After:    func(s *collector.Seams) { s.NewRefresher = newAfter },
}
