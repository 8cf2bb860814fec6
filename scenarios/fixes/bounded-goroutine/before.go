package boundedgoroutine

import (
	"context"
	"sync"

	"aftershock/scenarios/collector"
)

// before starts a lookup with each tick.
type before struct {
	lookup  func(context.Context) error
	running sync.WaitGroup
}

func newBefore(lookup func(context.Context) error) collector.Refresher {
	return &before{lookup: lookup}
}

func (b *before) Tick(context.Context) {
	b.running.Go(func() { _ = b.lookup(context.Background()) }) // the next tick asks again
}

func (b *before) Wait() { b.running.Wait() }
