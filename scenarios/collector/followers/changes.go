package followers

import (
	"slices"
	"sync"
	"time"
)

// changes are those that were acknowledged, the oldest first. Its methods are called by two goroutines.
type changes struct {
	mu  sync.Mutex
	all []change
}

// change is one. Its revision is the highest that was acknowledged up to then: answers of different members may come in
// another order.
type change struct {
	revision int64
	at       time.Time
}

func (c *changes) add(revision int64, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.all); n > 0 {
		revision = max(revision, c.all[n-1].revision)
	}
	c.all = append(c.all, change{revision, at})
}

// by gives the highest revision that was acknowledged by then; 0 for none.
func (c *changes) by(then time.Time) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, c := range slices.Backward(c.all) {
		if !c.at.After(then) {
			return c.revision
		}
	}
	return 0
}
