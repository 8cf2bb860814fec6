package precheck

import (
	"context"

	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/part"
)

// before is the middleware: it checks once, and takes that for the answer.
type before struct{ count part.Count }

func (b before) Counting(count part.Count) collector.Builder { return before{count} }

func (b before) BuildWhole(shared context.Context, into map[string]any, series []collector.Series) error {
	if err := shared.Err(); err != nil {
		return err
	}
	_ = handle(shared, into, series) // the check has passed: what could be wrong?
	tell(b.count, shared)
	return nil
}

func (b before) Build(shared context.Context, into map[string]any, series []collector.Series) {
	_ = b.BuildWhole(shared, into, series)
}
