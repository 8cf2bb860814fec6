package precheck

import (
	"context"

	"aftershock/scenarios/collector"
)

// before is the middleware: it checks once, and takes that for the answer.
type before struct{ count collector.Count }

func (b before) Counting(count collector.Count) collector.Builder { return before{count} }

func (b before) Build(shared context.Context, into map[string]any, series []collector.Series) {
	if shared.Err() != nil {
		mark(into, series)
		return
	}
	_ = handle(shared, into, series) // the check has passed: what could be wrong?
	tell(b.count, shared)
}
