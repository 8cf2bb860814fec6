package cancelinvalue

import (
	"context"
	"sync"

	"aftershock/scenarios/collector"
)

// after puts in the one that ends the fetch.
type after struct {
	mu       sync.Mutex
	entries  map[uint64]entry
	fetching sync.WaitGroup
}

func newAfter() collector.Requests { return &after{entries: map[uint64]entry{}} }

func (a *after) Begin(parent context.Context, id uint64) {
	ctx, cancel := context.WithCancel(parent)
	a.mu.Lock()
	a.entries[id] = entry{cancel: cancel}
	a.mu.Unlock()
	a.fetching.Go(func() { fetch(ctx) })
}

func (a *after) End(id uint64) {
	a.mu.Lock()
	evicted := a.entries[id]
	delete(a.entries, id)
	a.mu.Unlock()
	evicted.cancel()
}

func (a *after) Wait() { a.fetching.Wait() }
