package lockacrossrpc

import (
	"sync"
	"time"

	"aftershock/scenarios/collector"
)

// before keeps the lock while the batch is sent.
type before struct {
	held func(time.Duration)

	mu     sync.Mutex
	newest *collector.Batch
}

func newBefore(held func(time.Duration)) collector.Board { return &before{held: held} }

func (b *before) HandOn(batch *collector.Batch) (reusable *collector.Batch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	reusable, b.newest = b.newest, batch
	return reusable
}

func (b *before) Publish(send func(*collector.Batch) error) (reusable *collector.Batch, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.newest == nil {
		return nil, collector.ErrNoBatch
	}
	began := time.Now()
	defer func() { b.held(time.Since(began)) }()
	return nil, send(b.newest)
}
