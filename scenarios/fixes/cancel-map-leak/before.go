package cancelmapleak

import (
	"context"
	"sync"

	"aftershock/scenarios/collector"
)

// before remembers how to cancel each request, and forgets none.
type before struct {
	mu      sync.Mutex
	cancels map[uint64]context.CancelFunc
}

func newBefore() collector.Requests { return &before{cancels: map[uint64]context.CancelFunc{}} }

func (b *before) Begin(parent context.Context, id uint64) {
	_, cancel := context.WithCancel(parent)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cancels[id] = cancel
}

func (b *before) End(uint64) {} // it has been answered: there is nothing to cancel

func (b *before) Wait() {}
