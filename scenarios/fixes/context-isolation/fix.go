package contextisolation

import (
	"aftershock/results"
	"aftershock/scenarios/collector"
)

// Fix compares the two builders while the trigger holds: after the watch has reported ErrNoLeader, before the heal. Its
// verdict comes from the service time, which is what the defect is in; the response time adds how late a batch was begun,
// and on a machine that members, scrapes and batches share that is most of its P99.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "context-isolation",
		Summary:  "ctx.Err() for each series on a context that the watch handler cancels -> detached, asked once a batch",
		Scenario: "leader-churn",
		Claim:    "WithRequireLeader cancels contexts into the map-assignment path; isolating the context restores it",
		Article:  "P99 230 us -> 115 us, throughput -48 % -> restored",
		Primary:  results.Metric{Name: "service_p99", Phase: results.UnderTrigger},
		Guards:   collector.Guards,
		Trigger: results.Trigger{
			Counter: collector.UnderCancelled, Unit: "batches", Says: "batches begun under a cancelled context",
		},
	},
	Before: func(s *collector.Seams) { s.Builder = before{} },
	After:  func(s *collector.Seams) { s.Builder = after{} },
}
