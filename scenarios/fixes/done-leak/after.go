package doneleak

import (
	"context"
	"sync"

	"aftershock/scenarios/collector"
)

// after calls what it takes out.
type after struct {
	mu       sync.Mutex
	cancels  map[uint64]context.CancelFunc
	cleaning sync.WaitGroup
}

func newAfter() collector.Requests { return &after{cancels: map[uint64]context.CancelFunc{}} }

func (a *after) Begin(parent context.Context, id uint64) {
	ctx, cancel := context.WithCancel(parent)
	a.mu.Lock()
	a.cancels[id] = cancel
	a.mu.Unlock()
	a.cleaning.Go(func() { <-ctx.Done() })
}

func (a *after) End(id uint64) {
	a.mu.Lock()
	cancel := a.cancels[id]
	delete(a.cancels, id)
	a.mu.Unlock()
	cancel()
}

func (a *after) Wait() { a.cleaning.Wait() }
