package coupledtick

import (
	"context"
	"time"

	"aftershock/scenarios/collector"
)

// patience is how long etcd may take to answer.
const patience = 100 * time.Millisecond

// before reads the configuration in the tick, and lets the batch have what the read has left.
type before struct {
	service context.Context
	read    func(context.Context) error
}

func newBefore(service context.Context, read func(context.Context) error) collector.Ticker {
	return before{service, read}
}

func (b before) Begin() (tick context.Context, end context.CancelFunc) {
	tick, end = context.WithTimeout(b.service, patience)
	_ = b.read(tick) // a read that fails leaves the configuration that there was
	return tick, end
}

func (before) Wait() {}
