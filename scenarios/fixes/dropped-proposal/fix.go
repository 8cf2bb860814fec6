package droppedproposal

import (
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
)

// pause is between two attempts: longer than a leader takes to hand over when all is well.
const pause = 10 * time.Millisecond

// Fix compares how many failures callers were told of while there was time left, and not how many writes succeeded: those
// that hang until their deadline fail in both arms, are more of them, and would hide the others. That nobody bought the
// successes with copies is a guard.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "dropped-proposal",
		Summary:  "\"raft proposal dropped\" goes to the caller -> classified, and written again where that is safe",
		Scenario: "transfer-storm",
		Claim:    "a leader that hands over drops proposals, and the client does not repeat them",
		Article:  "no figure",
		Primary:  results.Metric{Name: collector.SurfacedFailures},
		Guards: append(slices.Clone(collector.RecordGuards),
			results.Metric{Name: collector.Duplicates}, results.Metric{Name: "record_goodput", Phase: results.InFault}),
		Trigger: results.Trigger{
			Counter: collector.ProposalsDropped, Unit: "attempts", Says: "attempts that raft refused",
		},
	},
	Counters: append(slices.Clone(collector.RecordCounters),
		ops.Counter{Name: collector.SurfacedFailures, Unit: "records", Better: ops.Lower},
		ops.Counter{Name: collector.ProposalsDropped, Unit: "attempts"}),
	Before: func(s *collector.Seams) { s.NewWriter = newBefore },
	After:  func(s *collector.Seams) { s.NewWriter = newAfter },
}
