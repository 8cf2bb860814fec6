package boundedgoroutine

import (
	"context"
	"sync"

	"aftershock/scenarios/collector"
)

// before starts a lookup with each tick, as the article advises.
type before struct {
	lookup  func(context.Context) error
	running sync.WaitGroup
}

func newBefore(lookup func(context.Context) error) collector.Refresher {
	return &before{lookup: lookup}
}

func (b *before) Tick(context.Context) { b.running.Go(func() { detached(b.lookup) }) }

func (b *before) Wait() { b.running.Wait() }
