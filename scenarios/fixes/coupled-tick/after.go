package coupledtick

import (
	"context"
	"sync"
	"sync/atomic"

	"aftershock/scenarios/collector"
)

// after has the configuration read in the background, and builds under nothing of that.
type after struct {
	service context.Context
	read    func(context.Context) error
	busy    atomic.Bool
	reading sync.WaitGroup
}

func newAfter(service context.Context, read func(context.Context) error) collector.Ticker {
	return &after{service: service, read: read}
}

func (a *after) Begin() (tick context.Context, end context.CancelFunc) {
	a.refresh()
	return context.WithoutCancel(a.service), func() {}
}

// refresh sees to it that a read is under way.
func (a *after) refresh() {
	if !a.busy.CompareAndSwap(false, true) {
		return
	}
	a.reading.Go(func() {
		defer a.busy.Store(false)
		ctx, cancel := context.WithTimeout(a.service, patience)
		defer cancel()
		_ = a.read(ctx) // a read that fails leaves the configuration that there was
	})
}

func (a *after) Wait() { a.reading.Wait() }
