package boundedgoroutine

import (
	"context"
	"sync"
	"sync/atomic"

	"aftershock/scenarios/collector"
)

// after has one lookup under way at most.
type after struct {
	lookup  func(context.Context) error
	busy    atomic.Bool
	running sync.WaitGroup
}

func newAfter(lookup func(context.Context) error) collector.Refresher { return &after{lookup: lookup} }

func (a *after) Tick(context.Context) {
	if !a.busy.CompareAndSwap(false, true) {
		return
	}
	a.running.Go(func() {
		defer a.busy.Store(false)
		detached(a.lookup)
	})
}

func (a *after) Wait() { a.running.Wait() }
