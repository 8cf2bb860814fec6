package contextisolation

import (
	"context"

	"aftershock/scenarios/collector"
)

// before asks for each series whether it is stale.
type before struct{}

func (before) Build(shared context.Context, into map[string]any, series []collector.Series) {
	for i := range series {
		value := series[i].Value
		if shared.Err() != nil {
			value = collector.Stale
		}
		into[series[i].Key] = value
	}
}
