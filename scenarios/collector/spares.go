package collector

import "sync"

// spares are the batches that are not in use. The one given back last is taken first: it is still in the processor's
// cache, while taking turns would walk through the memory of all of them, which no batch in use needs.
type spares struct {
	ready chan struct{} // one token a batch

	mu    sync.Mutex
	stack []*Batch
}

// newSpares makes n batches with room for size series each.
func newSpares(n, size int) *spares {
	s := &spares{ready: make(chan struct{}, n), stack: make([]*Batch, 0, n)}
	for range n {
		s.put(&Batch{Values: make(map[string]any, size)})
	}
	return s
}

// take waits for a batch.
func (s *spares) take() *Batch {
	<-s.ready
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.stack) - 1
	b := s.stack[last]
	s.stack = s.stack[:last]
	return b
}

// put gives a batch back; nil is none. It never blocks, because there is room for all there are.
func (s *spares) put(b *Batch) {
	if b == nil {
		return
	}
	s.mu.Lock()
	s.stack = append(s.stack, b)
	s.mu.Unlock()
	s.ready <- struct{}{}
}
