package timeoutperkey

import (
	"context"

	"aftershock/scenarios/collector"
)

// before gives each series a time-out.
type before struct{}

func (before) Build(shared context.Context, into map[string]any, series []collector.Series) {
	for i := range series {
		ctx, cancel := context.WithTimeout(shared, patience)
		into[series[i].Key] = read(ctx, &series[i])
		cancel()
	}
}
