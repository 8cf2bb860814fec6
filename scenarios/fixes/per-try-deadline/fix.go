package pertrydeadline

import (
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/records"
)

const (
	patience = 300 * time.Millisecond // with one try: many times what a write takes, and less than an election
	pause    = 20 * time.Millisecond  // between two tries
)

// Fix compares how long the slowest tenth of the writes takes that were meant to begin while the leader was gone. Those
// that were forwarded before the election are what hangs: half a second's or more of the 2.5 s until the heal, and so more
// than a tenth; the median would not see them. It is the time that each of them took, whatever became of it, which the operation
// time-out does not cut off.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "per-try-deadline",
		Summary:  "a write that waits for the leader it was forwarded to, which is dead -> a deadline for each try",
		Scenario: "dying-leader",
		Claim:    "a Put that is forwarded to a dying leader hangs for 5 s and two election time-outs",
		Primary:  results.Metric{Name: "record_took_p90", Phase: results.InFault},
		Price: results.Price{
			Metric: results.Metric{Name: records.Attempts},
			Says:   "a member that is slow and not dead is asked again",
		},
		Guards: append(slices.Clone(records.Guards),
			results.Metric{Name: records.Duplicates}, results.Metric{Name: "record_goodput", Phase: results.InFault}),
		Trigger: results.Trigger{
			Counter: results.RaftLeaderless, Unit: "s", Says: "time in which the members followed no leader",
		},
	},
	Counters: append(slices.Clone(records.Counters),
		ops.Counter{Name: records.Attempts, Unit: "attempts", Better: ops.Lower},
		ops.Counter{Name: records.TimeHung, Unit: "ns", Better: ops.Lower},
		ops.Counter{Name: records.Ambiguous, Unit: "attempts"}),
	Before: func(s *collector.Seams) { s.NewWriter = newBefore },
	After:  func(s *collector.Seams) { s.NewWriter = newAfter },
	Constants: map[string]string{
		"patience": "a deadline for each try is the repair, and before has none",
	},
}
