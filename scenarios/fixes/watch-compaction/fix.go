package watchcompaction

import (
	"slices"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/followers"
)

// Fix compares for how long followers had not seen what they should have, over the whole trial: a watch that has ended is
// silent to the end, and that is longer than any phase. It is triggered where the service's own watch, on the
// same link, was told of a compaction; without that the loss of the connection alone is what both arms recover from.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "watch-compaction",
		Summary:  "range over a watch that a compaction ends -> ask for Err(), list again, go on from there",
		Claim:    "a watch that falls behind a compaction ends without a word, and its follower with it",
		Scenario: "compacted-watch",
		Primary:  results.Metric{Name: followers.Silent},
		Price: results.Price{
			Metric: results.Metric{Name: followers.Relists},
			Says:   "the whole directory is listed after each compaction that a watch was too late for",
		},
		Guards: append(slices.Clone(collector.SteadyGuards),
			results.Metric{Name: "goodput", Phase: results.Recovery}, results.Metric{Name: "publish_goodput", Phase: results.Recovery}),
		Trigger: results.Trigger{
			Counter: collector.ConfigCompacted, Unit: "times",
			Says: "times that the service's own watch was told that what it wants has been compacted",
		},
	},
	Counters: append(slices.Clone(followers.Counters),
		ops.Counter{Name: followers.Relists, Unit: "lists", Better: ops.Lower},
		ops.Counter{Name: followers.Compacted, Unit: "watches"}, ops.Counter{Name: collector.ConfigCompacted,
			Unit: "times"}),
	Before: func(s *collector.Seams) { s.NewFollower = newBefore },
	After:  func(s *collector.Seams) { s.NewFollower = newAfter },
	Constants: map[string]string{
		"pause": "before watches once, and two attempts need a time between them",
	},
}
