package paniccontrolflow

import (
	"context"

	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/part"
)

// before panics out of each key that it must not build, and recovers.
type before struct{ count part.Count }

func (b before) Counting(count part.Count) collector.Builder { return before{count} }

func (b before) Build(shared context.Context, into map[string]any, series []collector.Series) {
	panics := 0
	for i := range series {
		if put(shared, into, &series[i]) {
			panics++
		}
	}
	tell(b.count, panics, len(series))
}

// put marks the key as stale when it recovers, so that both arms' batches hold every key.
func put(shared context.Context, into map[string]any, s *collector.Series) (panicked bool) {
	defer func() {
		if recover() != nil {
			into[s.Key] = collector.Stale
			panicked = true
		}
	}()
	into[s.Key] = mustBeLive(shared, s.Value)
	return false
}

// mustBeLive gives back the value, and panics when the context is cancelled.
func mustBeLive(ctx context.Context, value any) any {
	if err := ctx.Err(); err != nil {
		panic(err)
	}
	return value
}
