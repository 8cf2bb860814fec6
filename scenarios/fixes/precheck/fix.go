package precheck

import (
	"context"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/precheck"
)

// keys is how many series the handler puts in between two looks at its context.
const keys = 64

// handle puts the values in, and stops when its context is done. It is the same in both arms.
func handle(ctx context.Context, into map[string]any, series []collector.Series) error {
	check := precheck.Every(ctx, keys)
	for i := range series {
		if err := check.Err(); err != nil {
			return err
		}
		into[series[i].Key] = series[i].Value
	}
	return nil
}

// mark is what both arms do when they know that the context is done.
func mark(into map[string]any, series []collector.Series) {
	for i := range series {
		into[series[i].Key] = collector.Stale
	}
}

// outrun counts the batches in which the race was lost.
const outrun = "prechecks_outrun"

// tell is called in both arms when the handler returns, which begins only after a check that has passed.
func tell(count collector.Count, shared context.Context) {
	if count != nil && shared.Err() != nil {
		count(outrun, 1)
	}
}

// Fix compares how many batches lack series, while the shared context is cancelled and renewed by the clock and batches
// take long enough to be caught in their middle. The before arm gives up such a batch, and so is the faster one: how long a
// batch takes is guarded by the median, which those do not reach, and the share of them that is done by goodput.
//
// All three are best for a builder that marks every batch as stale and builds none. So no batch may be marked whose context
// was live to its end: neither arm has any. Those that the after arm marks because their context ended are its price, which
// batches_marked shows, and about as many as prechecks_outrun counts: what lacked series before says nothing at all after. The few
// of the before arm are those whose context ended between the service's look and the middleware's.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "precheck",
		Summary:  "one ctx.Err() in front of a build that writes into the map handed on -> built privately, handed on when complete",
		Claim:    "a ctx.Err() precheck middleware keeps cancelled contexts out of map writes",
		Article:  "no figure",
		Scenario: "cancelled-builds", ClusterFree: "cancelled-builds",
		Primary: results.Metric{Name: "partial"},
		Guards: []results.Metric{
			{Name: "goodput", Phase: results.Steady}, {Name: "build_p50", Phase: results.Steady},
			{Name: collector.BatchesMarkedLive},
		},
		Trigger: results.Trigger{
			Counter: collector.UnderCancelled, Unit: "batches", Says: "batches begun under a context that is cancelled and renewed",
		},
	},
	Counters: append([]ops.Counter{{Name: outrun, Unit: "batches"}}, collector.MarkedCounters...),
	Before:   func(s *collector.Seams) { s.Builder = before{} },
	After:    func(s *collector.Seams) { s.Builder = after{} },
}
