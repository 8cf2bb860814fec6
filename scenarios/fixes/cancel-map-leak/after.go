package cancelmapleak

import (
	"context"
	"sync"

	"aftershock/scenarios/collector"
)

// after remembers how to cancel the requests that are under way.
type after struct {
	mu      sync.Mutex
	cancels map[uint64]context.CancelFunc
}

func newAfter() collector.Requests { return &after{cancels: map[uint64]context.CancelFunc{}} }

func (a *after) Begin(parent context.Context, id uint64) {
	_, cancel := context.WithCancel(parent)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cancels[id] = cancel
}

func (a *after) End(id uint64) {
	a.mu.Lock()
	cancel := a.cancels[id]
	delete(a.cancels, id)
	a.mu.Unlock()
	cancel() // takes it out of its parent as well
}

func (a *after) Wait() {}
