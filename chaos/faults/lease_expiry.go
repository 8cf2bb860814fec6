package faults

import (
	"context"
	"sync"

	"aftershock/internal/clock"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// expiries is a watch on keys that are not deleted meanwhile: keys that vanish have gone with their leases.
type expiries struct {
	writer   writer
	enough   int
	standing chan struct{} // closed when every key that goes from now on will be seen
	reached  chan struct{} // closed when enough have gone
	task     *task

	mu    sync.Mutex
	first clock.Nanos
	gone  int
}

// watchExpiries watches the keys of a writer. It is to be stopped before anything is deleted.
func watchExpiries(w writer, enough int) *expiries {
	x := &expiries{writer: w, enough: enough, standing: make(chan struct{}), reached: make(chan struct{})}
	x.task = begin(x.watch)
	return x
}

func (x *expiries) stop() { x.task.stop() }

// watch goes on at another member, from where it was, when a watch ends.
func (x *expiries) watch(ctx context.Context) error {
	var from int64
	err := x.writer.do(ctx, func(ctx context.Context, c *clientv3.Client) error {
		answer, err := c.Get(ctx, x.writer.prefix, clientv3.WithPrefix(), clientv3.WithCountOnly())
		if err == nil {
			from = answer.Header.Revision + 1
		}
		return err
	})
	if err != nil {
		return err
	}
	close(x.standing)
	for n := 0; ctx.Err() == nil; n++ {
		client, err := x.writer.target.Admin(x.writer.through(n))
		if err != nil {
			return err
		}
		from = x.see(ctx, client, from)
		_ = clock.SleepUntil(ctx, clock.Now().Add(retryPause)) // ended early by the stop, which the loop sees
	}
	return nil
}

// see counts the keys that vanish from a revision on until the watch ends, and returns the revision from which the next
// watch continues. A member that has lost touch with its leader would keep it waiting.
func (x *expiries) see(ctx context.Context, c *clientv3.Client, from int64) (next int64) {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	defer cancel()
	for answer := range c.Watch(ctx, x.writer.prefix, clientv3.WithPrefix(), clientv3.WithRev(from),
		clientv3.WithFilterPut()) {
		from = max(from, answer.CompactRevision)
		for _, e := range answer.Events {
			from = max(from, e.Kv.ModRevision+1)
		}
		x.note(len(answer.Events))
	}
	return from
}

func (x *expiries) note(n int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if n > 0 && x.gone == 0 {
		x.first = clock.Now()
	}
	if x.gone < x.enough && x.gone+n >= x.enough {
		close(x.reached)
	}
	x.gone += n
}

// await waits until enough have gone, and gives when the first was seen to go and how many have. Its error is the
// context's, or why the watch ended.
func (x *expiries) await(ctx context.Context) (first clock.Nanos, gone int, err error) {
	select {
	case <-x.reached:
	case <-x.task.done:
		err = x.task.err
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.first, x.gone, err
}
