package evidence

import (
	"sync"
	"sync/atomic"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
)

// batch is one that ended; times are from the epoch.
type batch struct {
	intended clock.Nanos
	ended    clock.Nanos
	response time.Duration
}

// slowest is the slowest batch so far of those that were meant to start in a window.
type slowest struct {
	watched results.Phase
	most    atomic.Int64 // its response, which is all that a batch that is not the slowest looks at

	mu sync.Mutex
	batch
}

func (s *slowest) ended(intended, now clock.Nanos) {
	response := now.Sub(intended)
	if int64(response) <= s.most.Load() || !s.watched.Holds(intended) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if response > s.response { // of two at a time
		s.batch = batch{intended: intended, ended: now, response: response}
		s.most.Store(int64(response))
	}
}

func (s *slowest) seen() batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.batch
}
