package lockacrossrpc

import (
	"sync"

	"aftershock/scenarios/collector"
)

// after holds the lock only to take the batch. A batch that was replaced while it was being sent is reusable when the
// last of its senders has finished.
type after struct {
	mu      sync.Mutex
	newest  *collector.Batch
	sending map[*collector.Batch]int
}

func newAfter() collector.Board {
	return &after{sending: map[*collector.Batch]int{}}
}

func (b *after) HandOn(batch *collector.Batch) (reusable *collector.Batch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	reusable, b.newest = b.newest, batch
	if b.sending[reusable] > 0 {
		return nil
	}
	return reusable
}

func (b *after) Publish(send func(*collector.Batch) error) (reusable *collector.Batch, err error) {
	batch := b.take()
	if batch == nil {
		return nil, collector.ErrNoBatch
	}
	err = send(batch)
	return b.giveBack(batch), err
}

func (b *after) take() *collector.Batch {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.newest != nil {
		b.sending[b.newest]++
	}
	return b.newest
}

func (b *after) giveBack(batch *collector.Batch) (reusable *collector.Batch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sending[batch]--; b.sending[batch] > 0 {
		return nil
	}
	delete(b.sending, batch)
	if batch == b.newest {
		return nil
	}
	return batch
}
