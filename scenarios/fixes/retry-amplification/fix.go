package retryamplification

import (
	"slices"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/lookups"
)

// Fix compares how many attempts go out to the member in a trial in which it has no leader for a while. Nearly all go out
// then: while all is well a lookup is one attempt in both arms. No arm may win by giving up what would have been answered,
// and so the lookups that are answered during the fault are a guard.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "retry-amplification",
		Summary:  "the client's 100 attempts of a read, 25 ms apart, a log line each -> a few, farther and farther apart",
		Scenario: "leaderless-reads",
		Claim:    "a read that fails is asked 100 times, and only the log tells of it",
		Primary:  results.Metric{Name: lookups.WireAttempts},
		Price: results.Price{
			Metric: results.Metric{Name: "lookup_goodput", Phase: results.Recovery},
			Says:   "a read that waits longer is late to notice that the leader is back",
		},
		Guards: append(slices.Clone(collector.Guards),
			results.Metric{Name: "lookup_goodput", Phase: results.Steady},
			results.Metric{Name: "lookup_goodput", Phase: results.InFault},
		),
		Trigger: results.Trigger{
			Counter: lookups.Leaderless, Unit: "lookups", Says: "lookups that began without a leader",
		},
	},
	Counters: []ops.Counter{
		{Name: lookups.Leaderless, Unit: "lookups"},
		{Name: lookups.WireAttempts, Unit: "attempts", Better: ops.Lower},
		{Name: collector.LogLines, Unit: "lines", Better: ops.Lower},
	},
	Before: func(s *collector.Seams) { s.NewReader = newBefore },
	After:  func(s *collector.Seams) { s.NewReader = newAfter },
	Constants: map[string]string{
		"attempts":  "before leaves repeating to the client, which has up to 100 attempts of its own",
		"firstWait": "the mean of the client's own first pause, from which after doubles",
		"2":         "the factor by which its pauses grow, and the half by which they are spread",
		"spare":     "after stops in time for an answer, and before has no pause that could end too late",
	},
}
