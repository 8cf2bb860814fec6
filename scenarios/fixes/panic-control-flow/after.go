package paniccontrolflow

import (
	"context"

	"aftershock/scenarios/collector"
)

// after asks once, and builds what the answer asks for. The map is its own until the collector hands it on.
type after struct{}

func (after) Build(shared context.Context, into map[string]any, series []collector.Series) {
	stale := shared.Err() != nil
	for i := range series {
		value := series[i].Value
		if stale {
			value = collector.Stale
		}
		into[series[i].Key] = value
	}
}
