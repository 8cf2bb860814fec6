package lockacrossrpc

import (
	"sync"

	"aftershock/scenarios/collector"
)

// before keeps the lock while the batch is sent.
type before struct {
	mu     sync.Mutex
	newest *collector.Batch
}

func newBefore() collector.Board { return &before{} }

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
	return nil, send(b.newest)
}
