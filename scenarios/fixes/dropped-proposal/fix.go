package droppedproposal

import (
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/records"
)

// pause is between two attempts: longer than a leader takes to hand over when all is well.
const pause = 10 * time.Millisecond

// Fix compares how many records failed of which raft had refused an attempt, and not how many writes succeeded: those
// that hang until their deadline fail in both arms, and would hide the others. When a caller was told makes no
// difference: an arm that keeps the error to itself until the deadline has repaired nothing, and would win a comparison
// of failures that surface early, which are shown beside it. A guard makes sure that the successes were not bought with
// copies.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "dropped-proposal",
		Summary:  "\"raft proposal dropped\" goes to the caller -> classified, and written again where that is safe",
		Scenario: "transfer-storm",
		Claim:    "a leader that hands over drops proposals, and the client does not repeat them",
		Primary:  results.Metric{Name: records.DroppedFailed},
		Price: results.Price{
			Metric: results.Metric{Name: records.Attempts},
			Says:   "what was refused is asked again, until it is kept or late",
		},
		Guards: append(slices.Clone(records.Guards),
			results.Metric{Name: records.Duplicates}, results.Metric{Name: "record_goodput", Phase: results.InFault}),
		Trigger: results.Trigger{
			Counter: results.RaftElections, Unit: "elections",
			Says: "leaders that took over while the fault was at work",
		},
	},
	Counters: append(slices.Clone(records.Counters),
		ops.Counter{Name: records.Attempts, Unit: "attempts", Better: ops.Lower},
		ops.Counter{Name: records.DroppedFailed, Unit: "records", Better: ops.Lower},
		ops.Counter{Name: records.SurfacedFailures, Unit: "records", Better: ops.Lower},
		ops.Counter{Name: records.ProposalsDropped, Unit: "attempts"}),
	Before: func(s *collector.Seams) { s.NewWriter = newBefore },
	After:  func(s *collector.Seams) { s.NewWriter = newAfter },
	Constants: map[string]string{
		"pause": "before writes once, and two attempts need a time between them",
	},
}
