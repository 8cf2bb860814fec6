package relistherd

import (
	"slices"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/followers"
)

// Fix compares what other work suffers after the heal: the tail of batches. They share the processor with those who
// answer and read the lists, and have nothing to do with either. What jitter is for, fewer lists at one moment
// (relist_peak), is no merit by itself and therefore shown only. An arm must not win by never coming back:
// followers_behind is the guard against that. That followers see nothing for a little longer (silent_watch) is the
// price of jitter, and no guard: the repair is meant to pay it.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "relist-herd",
		Summary:  "followers that lost their leader list again after the same pause -> each draws its own, of the same mean",
		Claim:    "after the loss of a leader all followers list everything at once, and jitter keeps the rest alive",
		Scenario: "relist-herd",
		Primary:  results.Metric{Name: "p99", Phase: results.Recovery},
		Price: results.Price{
			Metric: results.Metric{Name: followers.Silent},
			Says: "a pause that is drawn is longer than the fixed one for those who meet it, and they see " +
				"nothing new",
		},
		Guards: []results.Metric{
			{Name: followers.Behind}, {Name: "goodput", Phase: results.Recovery}, {Name: "partial"},
			{Name: "publish_goodput", Phase: results.Recovery},
		},
		Trigger: results.Trigger{
			Counter: collector.UnderCancelled, Unit: "batches",
			Says: "batches begun while the watch had reported ErrNoLeader",
		},
	},
	Counters: append(slices.Clone(followers.Counters),
		ops.Counter{Name: followers.Relists, Unit: "lists",
			Better: ops.Lower}, ops.Counter{Name: followers.RelistPeak, Unit: "lists", Better: ops.Lower}),
	Before: func(s *collector.Seams) { s.NewFollower = newBefore },
	After:  func(s *collector.Seams) { s.NewFollower = newAfter },
	Constants: map[string]string{
		"pause": "what every follower of before waits, and half of the most that one of after waits: " +
			"the mean is the same",
		"int64(2 * pause)": "the most that after waits, drawn anew each time",
	},
}
