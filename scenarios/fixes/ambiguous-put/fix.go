package ambiguousput

import (
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/records"
)

const (
	patience = 100 * time.Millisecond // with the first attempt, and before with each
	pause    = 20 * time.Millisecond  // between two attempts
	attempts = 3                      // before
)

// Fix compares how many callers were told that their record is not kept while it is, which is what the article speaks of.
// Duplicates come from the same cause and guard it: an arm that answers "kept" because it has written the record over and
// over would win otherwise.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "ambiguous-put",
		Summary:  "a time-out taken for a failure, and the record appended again -> created under its ID, asked for again",
		Scenario: "ambiguous-writes",
		Claim:    "a write may be committed although it has timed out",
		Primary:  results.Metric{Name: records.FalseFailures},
		Price: results.Price{
			Metric: results.Metric{Name: "record_took_p50", Phase: results.Steady},
			Says:   "a transaction that compares takes the place of a plain write",
		},
		Guards: append(slices.Clone(records.Guards),
			results.Metric{Name: records.Duplicates}, results.Metric{Name: "record_goodput", Phase: results.InFault}),
		Trigger: results.Trigger{
			Counter: collector.PublishesOpen, Unit: "publications",
			Says: "publications through the same link whose answer did not come in time",
		},
	},
	Counters: append(slices.Clone(records.Counters),
		ops.Counter{Name: records.Ambiguous, Unit: "attempts"},
		ops.Counter{Name: collector.PublishesOpen, Unit: "publications"}),
	Before: func(s *collector.Seams) { s.NewWriter = newBefore },
	After:  func(s *collector.Seams) { s.NewWriter = newAfter },
	Constants: map[string]string{
		"attempts": "giving up is the defect; under the delay of its scenario a fourth attempt would time out as " +
			"the third does",
	},
}
