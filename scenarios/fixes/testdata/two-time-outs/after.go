package boundedgoroutine

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/scenarios/collector"
)

// patience is how long a lookup may take.
const patience = 100 * time.Millisecond

// after has one lookup under way at most.
type after struct {
	lookup  func(context.Context) error
	busy    atomic.Bool
	running sync.WaitGroup
}

func newAfter(lookup func(context.Context) error) collector.Refresher { return &after{lookup: lookup} }

func (a *after) Tick(request context.Context) {
	if !a.busy.CompareAndSwap(false, true) {
		return
	}
	a.running.Go(func() {
		defer a.busy.Store(false)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(request), patience)
		defer cancel()
		_ = a.lookup(ctx) // the next tick asks again
	})
}

func (a *after) Wait() { a.running.Wait() }
