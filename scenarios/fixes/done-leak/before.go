package doneleak

import (
	"context"
	"sync"

	"aftershock/scenarios/collector"
)

// before takes a request's entry out and forgets to call it.
type before struct {
	mu       sync.Mutex
	cancels  map[uint64]context.CancelFunc
	cleaning sync.WaitGroup
}

func newBefore() collector.Requests { return &before{cancels: map[uint64]context.CancelFunc{}} }

func (b *before) Begin(parent context.Context, id uint64) {
	ctx, cancel := context.WithCancel(parent)
	b.mu.Lock()
	b.cancels[id] = cancel
	b.mu.Unlock()
	b.cleaning.Go(func() { <-ctx.Done() })
}

func (b *before) End(id uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.cancels, id)
}

func (b *before) Wait() { b.cleaning.Wait() }
