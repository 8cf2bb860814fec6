package boundedgoroutine

import (
	"context"
	"sync"
	"time"

	"aftershock/scenarios/collector"
)

// advised is the article's time-out.
const advised = 10 * time.Second

// before starts a lookup with each tick, as the article advises.
type before struct {
	lookup  func(context.Context) error
	running sync.WaitGroup
}

func newBefore(lookup func(context.Context) error) collector.Refresher {
	return &before{lookup: lookup}
}

func (b *before) Tick(context.Context) {
	b.running.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), advised)
		defer cancel()
		_ = b.lookup(ctx) // the next tick asks again
	})
}

func (b *before) Wait() { b.running.Wait() }
