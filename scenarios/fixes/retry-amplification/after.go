package retryamplification

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"aftershock/internal/etcdclient"
	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/etcderr"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

const (
	attempts  = 8                     // within about three seconds; a deadline is mostly earlier
	firstWait = 25 * time.Millisecond // the client's own; each of the next is twice as long, give or take a half
	spare     = 30 * time.Millisecond // before the deadline, for the answer to the last attempt
)

// oneLine a second of each kind.
var oneLine = zap.SamplingConfig{Initial: 1}

// after repeats a read itself.
type after struct {
	on     part.Wire
	client *clientv3.Client
	reads  atomic.Uint64
}

func newAfter(on part.Wire) lookups.Reader { return &after{on: on} }

func (a *after) Connect() (err error) {
	a.client, err = a.on.Dial(a.on.Links[:1], func(c *clientv3.Config) {
		etcdclient.TryOnce(c)
		c.Logger = logger(a.on.Log, oneLine)
	})
	return err
}

func (a *after) Read(request context.Context) (value string, err error) {
	request = clientv3.WithRequireLeader(request)
	waits := newBackOff(a.on.Seed, a.reads.Add(1))
	for attempt := 1; ; attempt++ {
		value, err = lookups.Value(a.client.Get(request, lookups.Key))
		if attempt == attempts || !etcderr.Unavailable(err) || !wait(request, waits.next()) {
			return value, err
		}
	}
}

// backOff is how long one read waits, from one time to the next.
type backOff struct {
	mean time.Duration
	rng  *rand.Rand
}

// newBackOff draws for one read what none of the others draws.
func newBackOff(seed, read uint64) *backOff {
	return &backOff{firstWait, rand.New(rand.NewPCG(seed, read))}
}

func (b *backOff) next() time.Duration {
	mean := b.mean
	b.mean *= 2
	return mean/2 + time.Duration(b.rng.Int64N(int64(mean)))
}

// wait waits, but not beyond the last moment at which an answer could still be in time. It is false when that has passed.
func wait(request context.Context, long time.Duration) bool {
	if deadline, ok := request.Deadline(); ok {
		long = min(long, time.Until(deadline)-spare)
	}
	return long > 0 && part.Pause(request, long)
}
