package precheck

import (
	"context"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/part"
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

// outrun counts the batches in which the race was lost.
const outrun = "prechecks_outrun"

// tell is called in both arms when the handler returns, which begins only after a check that has passed.
func tell(count part.Count, shared context.Context) {
	if count != nil && shared.Err() != nil {
		count(outrun, 1)
	}
}

// Fix compares how many batches lack series although their builder says that they are whole, while the shared
// context is cancelled and renewed by the clock and batches take long enough to be caught in their middle. Both
// arms give up a batch whose check has failed, and readers keep the one before. The after arm gives up those as
// well whose context ended behind the check: that is its price, which batches_given_up counts. How long the old
// batch stays is guarded by the gap; a builder that gives up all of them has no goodput.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name: "precheck",
		Summary: "one ctx.Err() in front of a build that writes into the map handed on -> built privately, " +
			"handed on when complete and given up otherwise",
		Claim:    "a ctx.Err() precheck middleware keeps cancelled contexts out of map writes",
		Scenario: "cancelled-builds", ClusterFree: "cancelled-builds",
		Primary: results.Metric{Name: "partial"},
		Price: results.Price{
			Metric: results.Metric{Name: collector.BatchesGivenUp},
			Says:   "a batch whose context ends in its middle is given up, and readers keep the one before",
		},
		Guards: []results.Metric{
			{Name: "goodput", Phase: results.Steady}, {Name: "build_p50", Phase: results.Steady},
			{Name: "gap", Phase: results.Steady},
		},
		Trigger: results.Trigger{
			Counter: collector.UnderCancelled, Unit: "batches",
			Says: "batches begun under a context that is cancelled and renewed",
		},
	},
	Counters: []ops.Counter{
		{Name: outrun, Unit: "batches"}, {Name: collector.BatchesGivenUp, Unit: "batches", Better: ops.Lower},
	},
	Before: func(s *collector.Seams) { s.Builder = before{} },
	After:  func(s *collector.Seams) { s.Builder = after{} },
}
