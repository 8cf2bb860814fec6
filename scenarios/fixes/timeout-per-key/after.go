package timeoutperkey

import (
	"context"

	"aftershock/scenarios/collector"
)

// after gives the batch a time-out.
type after struct{}

func (after) Build(shared context.Context, into map[string]any, series []collector.Series) {
	ctx, cancel := context.WithTimeout(shared, patience)
	defer cancel()
	for i := range series {
		into[series[i].Key] = read(ctx, &series[i])
	}
}
