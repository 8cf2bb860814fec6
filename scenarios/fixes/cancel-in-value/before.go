package cancelinvalue

import (
	"context"
	"sync"

	"aftershock/scenarios/collector"
)

// before puts in a cancel func because the type asks for one.
type before struct {
	mu       sync.Mutex
	entries  map[uint64]entry
	fetching sync.WaitGroup
}

func newBefore() collector.Requests { return &before{entries: map[uint64]entry{}} }

func (b *before) Begin(parent context.Context, id uint64) {
	b.mu.Lock()
	b.entries[id] = entry{cancel: func() {}}
	b.mu.Unlock()
	b.fetching.Go(func() { fetch(parent) })
}

func (b *before) End(id uint64) {
	b.mu.Lock()
	evicted := b.entries[id]
	delete(b.entries, id)
	b.mu.Unlock()
	evicted.cancel()
}

func (b *before) Wait() { b.fetching.Wait() }
