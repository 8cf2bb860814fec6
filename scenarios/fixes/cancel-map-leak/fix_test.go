package cancelmapleak

import (
	"context"
	"sync"
	"testing"

	"aftershock/scenarios/collector"
)

// children is a parent that counts those who want to be told, and those who no longer do: what context.AfterFunc is for.
type children struct {
	context.Context
	mu   sync.Mutex
	left int
}

func (c *children) Value(any) any { return nil } // so that it is not taken for one of the standard library's

func (c *children) AfterFunc(func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left++
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.left--
		return true
	}
}

func TestWhatIsOverIsKeptOnlyBefore(t *testing.T) {
	const requests = 200
	live, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, c := range map[string]struct {
		arm  func() collector.Requests
		kept int
	}{"before": {newBefore, requests}, "after": {newAfter, 0}} {
		parent := &children{Context: live}
		r := c.arm()
		for id := range uint64(requests) {
			r.Begin(parent, id)
		}
		if parent.left != requests {
			t.Errorf("%s: %d of %d requests under way can be cancelled", name, parent.left, requests)
		}
		for id := range uint64(requests) {
			r.End(id)
		}
		inMap := 0
		switch r := r.(type) {
		case *before:
			inMap = len(r.cancels)
		case *after:
			inMap = len(r.cancels)
		}
		if parent.left != c.kept || inMap != c.kept {
			t.Errorf("%s: the parent has %d children and the map %d entries when all is over, want %d", name, parent.left, inMap, c.kept)
		}
		r.Wait()
	}
}

// How long it takes to cancel a parent under which so many requests were made.
func BenchmarkCancelTheParent(b *testing.B) {
	const requests = 200_000
	for name, arm := range map[string]func() collector.Requests{"before": newBefore, "after": newAfter} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				parent, cancel := context.WithCancel(context.Background())
				r := arm()
				for id := range uint64(requests) {
					r.Begin(parent, id)
					r.End(id)
				}
				b.StartTimer()
				cancel()
			}
		})
	}
}
