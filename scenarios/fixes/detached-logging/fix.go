package detachedlogging

import (
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
)

// Fix compares the two reporters while the shared context is cancelled for half of the time, by the clock. The log is a
// pipe with a reader at its other end, which counts lines.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "detached-logging",
		Summary:  "a log line for each stale series, with fields from the request's context -> one a second, detached",
		Claim:    "a log in the hot function confirms the defect",
		Scenario: "cancelled-writes", ClusterFree: "cancelled-writes",
		Primary: results.Metric{Name: "service_p99", Phase: results.Steady},
		Price: results.Price{
			Metric: results.Metric{Name: collector.LogLines},
			Says:   "which series was stale in which batch is no longer in the log",
		},
		Guards: collector.SteadyGuards,
		Trigger: results.Trigger{
			Counter: collector.UnderCancelled, Unit: "batches", Says: "batches begun under a cancelled context",
		},
	},
	Counters: []ops.Counter{{Name: collector.LogLines, Unit: "lines", Better: ops.Lower}},
	Before:   func(s *collector.Seams) { s.NewReporter = newBefore },
	After:    func(s *collector.Seams) { s.NewReporter = newAfter },
	Constants: map[string]string{
		"time.Second":    "a line a second is the repair, and before has no limit",
		"slog.LevelWarn": "after asks for the same level by log.Warn",
	},
}
