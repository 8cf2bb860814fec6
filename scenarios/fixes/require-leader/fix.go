package requireleader

import (
	"slices"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/records"
)

// Fix compares how long a write takes while the watch has reported ErrNoLeader, failures included: failing fast is the
// repair, and a figure of successes alone would hold nothing. It is the median, for under the trigger every write meets
// the defect. That writes succeed where there is a leader guards it, before the fault and after it, so that no arm wins
// by refusing all of them; so does what was told and what is true, which sees only records that were acknowledged.
// Under the trigger the share of those that succeed is no guard: what waits until there is a leader again succeeds, and
// that is the price (see doc.go).
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "require-leader",
		Summary:  "a write that waits on a member without a leader -> refused at once, with WithRequireLeader",
		Scenario: "leader-churn",
		Claim:    "a write on a member without a leader hangs until its deadline",
		Primary:  results.Metric{Name: "record_took_p50", Phase: results.UnderTrigger},
		Price: results.Price{
			Metric: results.Metric{Name: "record_goodput", Phase: results.UnderTrigger},
			Says:   "a write that waits until there is a leader succeeds, and one that was refused has failed",
		},
		Guards: append(slices.Clone(collector.Guards),
			results.Metric{Name: "record_goodput", Phase: results.Steady},
			results.Metric{Name: "record_goodput", Phase: results.Recovery}, results.Metric{Name: records.Lost}),
		Trigger: results.Trigger{
			Counter: records.Leaderless, Unit: "records", Says: "records that were to be written without a leader",
		},
	},
	Counters: append(slices.Clone(records.Counters), ops.Counter{Name: records.Leaderless, Unit: "records"}),
	Before:   func(s *collector.Seams) { s.NewWriter = newBefore },
	After:    func(s *collector.Seams) { s.NewWriter = newAfter },
}
