package kv

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"aftershock/internal/clock"
	"aftershock/results/ops"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// fanout is a key and those that watch it.
type fanout struct {
	watchers int

	mu      sync.Mutex
	waiting map[uint64]*delivery // by tag
}

// delivery is one put on its way to all watchers.
type delivery struct {
	left int
	last clock.Nanos
	done chan struct{} // closed when no watcher is left
}

// expect is called before the put is sent.
func (f *fanout) expect(tag uint64) *delivery {
	d := &delivery{left: f.watchers, done: make(chan struct{})}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting[tag] = d
	return d
}

func (f *fanout) forget(tag uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.waiting, tag)
}

// saw is called by each watcher once for each event. A watch that was made anew begins after the last event that it
// has seen, so that none is counted twice.
func (f *fanout) saw(tag uint64) {
	at := clock.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.waiting[tag]
	if d == nil {
		return
	}
	d.last = at
	if d.left--; d.left == 0 {
		close(d.done)
	}
}

// watching puts a key that all watchers of the stream watch. The operation has ended when the last one has the event.
func (s *service) watching(of *stream) (func(context.Context, operation) (ops.Reason, int64), error) {
	f := &fanout{watchers: of.Count, waiting: map[uint64]*delivery{}}
	key := len(s.keys.names) + of.index
	ready := make(chan error, of.Count)
	for i := range of.Count {
		client := s.clients[i%len(s.clients)]
		s.watched.Go(func() { s.watch(client, s.names[key], f, ready) })
	}
	wait, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	for range of.Count {
		select {
		case err := <-ready:
			if err != nil {
				return nil, err
			}
		case <-wait.Done():
			return nil, fmt.Errorf("the watches are not there after %v", patience)
		}
	}
	return func(ctx context.Context, o operation) (ops.Reason, int64) {
		d := f.expect(o.tag)
		defer f.forget(o.tag)
		if reason := s.putKey(ctx, o, key); reason != ops.NoReason {
			return reason, 0
		}
		answered := clock.Now()
		select {
		case <-d.done:
			return ops.NoReason, int64(max(0, d.last.Sub(answered)))
		case <-ctx.Done(): // the put is known to be there
			return ops.Timeout, 0
		}
	}, nil
}

// watch watches a key until the service stops. A watch that the member has cancelled is made anew after the last
// event.
func (s *service) watch(client *clientv3.Client, key string, f *fanout, ready chan<- error) {
	created := sync.OnceFunc(func() { ready <- nil })
	for next, ended := int64(0), error(nil); ended == nil; ended = clock.Sleep(s.ctx, 20*time.Millisecond) {
		for answer := range client.Watch(s.ctx, key, clientv3.WithRev(next), clientv3.WithCreatedNotify()) {
			if answer.Created {
				created()
				next = max(next, answer.Header.GetRevision()+1)
			}
			if err := answer.Err(); err != nil && !errors.Is(err, context.Canceled) {
				next = max(next, answer.CompactRevision)
			}
			for _, event := range answer.Events {
				f.saw(tagIn(event.Kv.Value))
				next = event.Kv.ModRevision + 1
			}
		}
	}
}
