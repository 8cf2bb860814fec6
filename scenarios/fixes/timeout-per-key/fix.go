package timeoutperkey

import (
	"context"
	"time"

	"aftershock/results"
	"aftershock/scenarios/collector"
)

// patience is the time-out, of a key before and of a batch after. Neither ever comes to it.
const patience = 5 * time.Second

// read gives the value of a series, or the stale marker once its time is up. Both arms ask for each key: that is not what
// they differ in.
func read(ctx context.Context, s *collector.Series) any {
	if ctx.Err() != nil {
		return collector.Stale
	}
	return s.Value
}

// Fix compares the two builders while nothing is wrong: the guard costs in each batch, and not only in trouble.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:     "timeout-per-key",
		Summary:  "context.WithTimeout for each series -> one for the batch",
		Claim:    "a time-out that is derived for each key slows map writes",
		Scenario: "map-writes", ClusterFree: "map-writes",
		Primary: results.Metric{Name: "service_p99", Phase: results.Steady},
		Price: results.Price{
			Says: "both arms ask for each key, and make one time-out a batch instead of one a key; no key waits here",
		},
		Guards: collector.SteadyGuards,
	},
	Before: func(s *collector.Seams) { s.Builder = before{} },
	After:  func(s *collector.Seams) { s.Builder = after{} },
}
