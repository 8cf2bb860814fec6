package contextisolation

import (
	"context"

	"aftershock/scenarios/collector"
)

// after asks once a batch, and then fills the map without looking at the context again.
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

// detached asks for each series as before does, and asks a context that nothing cancels, as the article advises it.
type detached struct{}

func (detached) Build(shared context.Context, into map[string]any, series []collector.Series) {
	before{}.Build(context.WithoutCancel(shared), into, series)
}
