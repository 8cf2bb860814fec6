package requireleader

import (
	"slices"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
)

// Fix compares how long a write takes while the watch has reported ErrNoLeader, failures included: failing fast is the
// repair, and a figure of successes alone would hold nothing. It is the median, for under the trigger every write meets
// the defect. What was told and what is true guards it, so that nobody wins by throwing records away.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "require-leader",
		Summary:  "a write that waits on a member without a leader -> refused at once, with WithRequireLeader",
		Scenario: "leader-churn",
		Claim:    "WithRequireLeader cancels contexts on leader loss, and sets a time-out of 5 s",
		Article:  "no figure",
		Primary:  results.Metric{Name: "record_took_p50", Phase: results.UnderTrigger},
		Guards: append(slices.Clone(collector.Guards),
			results.Metric{Name: "record_goodput", Phase: results.Steady}, results.Metric{Name: collector.RecordsLost}),
		Trigger: results.Trigger{
			Counter: collector.RecordsLeaderless, Unit: "records", Says: "records that were to be written without a leader",
		},
	},
	Counters: append(slices.Clone(collector.RecordCounters), ops.Counter{Name: collector.RecordsLeaderless, Unit: "records"}),
	Before:   func(s *collector.Seams) { s.NewWriter = newBefore },
	After:    func(s *collector.Seams) { s.NewWriter = newAfter },
}
