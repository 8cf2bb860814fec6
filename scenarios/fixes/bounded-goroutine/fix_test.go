package boundedgoroutine

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/collector"
)

// dependency hangs until it is gone, and knows who asks.
type dependency struct {
	waiting, asked, bounded atomic.Int64
	gone                    chan struct{}
}

func (d *dependency) lookUp(ctx context.Context) error {
	d.asked.Add(1)
	if _, ok := ctx.Deadline(); ok {
		d.bounded.Add(1)
	}
	d.waiting.Add(1)
	defer d.waiting.Add(-1)
	select {
	case <-ctx.Done():
	case <-d.gone:
	}
	return ctx.Err()
}

// tick asks so often, each time under a request that ends at once.
func tick(r collector.Refresher, times int) {
	for range times {
		request, cancel := context.WithCancel(context.Background())
		r.Tick(request)
		cancel()
		synctest.Wait()
	}
}

func TestADependencyThatHangsKeepsAGoroutineATickOnlyBefore(t *testing.T) {
	const ticks = 50
	for name, c := range map[string]struct {
		arm            func(func(context.Context) error) collector.Refresher
		waiting, asked int64
	}{"before": {newBefore, ticks, ticks}, "after": {newAfter, 1, 1}} {
		synctest.Test(t, func(t *testing.T) {
			d := &dependency{gone: make(chan struct{})}
			r := c.arm(d.lookUp)
			tick(r, ticks)
			if d.waiting.Load() != c.waiting || d.asked.Load() != c.asked || d.bounded.Load() != c.asked {
				t.Errorf("%s: after %d ticks %d wait of %d, %d with a deadline",
					name, ticks, d.waiting.Load(), d.asked.Load(), d.bounded.Load())
			}
			time.Sleep(advised - time.Nanosecond)
			synctest.Wait()
			if d.waiting.Load() != c.waiting {
				t.Errorf("%s: just before %v %d wait, want %d", name, advised, d.waiting.Load(), c.waiting)
			}
			time.Sleep(time.Nanosecond)
			synctest.Wait()
			if d.waiting.Load() != 0 { // a deadline ends each of them
				t.Errorf("%s: after %v %d wait", name, advised, d.waiting.Load())
			}
			tick(r, 1)
			if got := d.asked.Load(); got != c.asked+1 {
				t.Errorf("%s asks %d times, want once more than %d", name, got, c.asked)
			}
			close(d.gone)
			r.Wait()
			if d.waiting.Load() != 0 {
				t.Errorf("%s: %d wait after Wait", name, d.waiting.Load())
			}
		})
	}
}
