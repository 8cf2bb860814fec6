package precheck

import (
	"context"
	"maps"

	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/precheck"
)

// after has a batch from the handler when it is complete, and none otherwise. The map is its own until the collector hands
// it on.
type after struct{ count part.Count }

func (a after) Counting(count part.Count) collector.Builder { return after{count} }

func (a after) BuildWhole(shared context.Context, into map[string]any, series []collector.Series) error {
	private, later := into, len(into) > 0
	if later { // a tick's second part: what the first has put in stays
		private = make(map[string]any, len(series))
	}
	complete, err := precheck.Build(shared, private, func(ctx context.Context, private map[string]any) error {
		defer tell(a.count, ctx)
		return handle(ctx, private, series)
	})
	if err == nil && later {
		maps.Copy(into, complete)
	}
	return err
}

func (a after) Build(shared context.Context, into map[string]any, series []collector.Series) {
	_ = a.BuildWhole(shared, into, series)
}
