package precheck

import (
	"context"

	"aftershock/scenarios/collector"
	"aftershock/scenarios/precheck"
)

// after has a batch from the handler when it is complete, and none otherwise. The map is its own until the collector hands
// it on.
type after struct{ count collector.Count }

func (a after) Counting(count collector.Count) collector.Builder { return after{count} }

func (a after) Build(shared context.Context, into map[string]any, series []collector.Series) {
	_, err := precheck.Build(shared, into, func(ctx context.Context, private map[string]any) error {
		defer tell(a.count, ctx)
		return handle(ctx, private, series)
	})
	if err != nil { // and nothing is left of what was built
		mark(into, series)
	}
}
