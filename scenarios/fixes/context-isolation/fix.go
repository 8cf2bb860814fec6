package contextisolation

import (
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
)

// trigger is the same for both repairs: the watch handler cancels, whatever the builder does then.
var trigger = results.Trigger{
	Counter: collector.UnderCancelled, Unit: "batches", Says: "batches built under a cancelled context",
}

// The verdict of both comes from the service time while the trigger holds, which is what the defect is in; the response
// time adds how late a batch was begun, and on a machine that members, scrapes and batches share that is most of
// its P99.
var primary = results.Metric{Name: "service_p99", Phase: results.UnderTrigger}

// Fix asks once a batch. It keeps the name of the family, whose other repair is the article's own.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "context-isolation",
		Summary:  "ctx.Err() for each series on a context that the watch handler cancels -> asked once a batch",
		Scenario: "leader-churn",
		Claim:    "a cancelled context in the map-assignment path slows it down; asking it once a batch restores it",
		Article:  "P99 120 -> 230 us, throughput -48 % (by the defect)",
		Primary:  primary,
		Price: results.Price{
			Says: "both arms ask and write as before, one of them less often; a loss in mid-batch is told with " +
				"the next batch",
		},
		Guards:  collector.Guards,
		Trigger: trigger,
	},
	Before: func(s *collector.Seams) { s.Builder = before{} },
	After:  func(s *collector.Seams) { s.Builder = after{} },
}

// WithoutCancel does what the article advises: the loop asks as often, and asks a context that nothing cancels.
// What that costs is seen by readers and in no latency: a batch from after the loss no longer says so.
var WithoutCancel = collector.Fix{
	Fix: results.Fix{
		Name: "context-isolation-without-cancel", Family: "context-isolation",
		Summary: "ctx.Err() for each series on a context that the watch handler cancels -> on " +
			"context.WithoutCancel of it",
		Scenario: "partition-leader",
		Claim:    "context.WithoutCancel(ctx) in the map-assignment path brings its P99 back",
		Article:  "P99 230 -> 115 us, Err() share -99.2 %",
		Primary:  primary,
		Price: results.Price{
			Metric: results.Metric{Name: collector.BatchesUnmarked},
			Says:   "a batch from after the loss no longer says that it is stale",
		},
		Guards:  collector.Guards,
		Trigger: trigger,
	},
	Counters: []ops.Counter{{Name: collector.BatchesUnmarked, Unit: "batches", Better: ops.Lower}},
	Before:   func(s *collector.Seams) { s.Builder = before{} },
	After:    func(s *collector.Seams) { s.Builder = detached{} },
}
