package watchlease

import (
	"context"
	"sync"
	"time"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// isolated gives the watch a context of its own.
type isolated struct{ client *clientv3.Client }

func newIsolated(on part.Wire) registry.Registrar { return isolated{on.Client} }

func (i isolated) Keep(ctx context.Context, key, value string, ttl time.Duration) {
	var watching sync.WaitGroup
	defer watching.Wait()
	watch, cancel := context.WithCancel(ctx)
	onNoLeader := func() {
		cancel() // for the watch alone
	}
	watching.Go(func() { follow(ctx, i.client, watch, onNoLeader) })
	register(ctx, i.client, key, value, ttl)
}

// article is the code that the article calls correct: the lease is granted under a context of its own, and is never
// renewed.
type article struct{ client *clientv3.Client }

func newArticle(on part.Wire) registry.Registrar { return article{on.Client} }

func (a article) Keep(ctx context.Context, key, value string, ttl time.Duration) {
	var watching sync.WaitGroup
	defer watching.Wait()
	watch, cancel := context.WithCancel(ctx)
	watching.Go(func() { follow(ctx, a.client, watch, cancel) })
	_, _ = registry.Enter(ctx, a.client, key, value, ttl)
}

// advised is the article's time-out for what is done with the lease.
const advised = 30 * time.Second

// bounded is isolated with the article's time-out: "well above the TTL", so that it interrupts no renewal.
type bounded struct {
	client  *clientv3.Client
	timeout time.Duration
}

func newBounded(on part.Wire) registry.Registrar { return bounded{on.Client, advised} }

func (b bounded) Keep(ctx context.Context, key, value string, ttl time.Duration) {
	var watching sync.WaitGroup
	defer watching.Wait()
	watch, cancel := context.WithCancel(ctx)
	watching.Go(func() { follow(ctx, b.client, watch, cancel) })
	lease, end := context.WithTimeout(ctx, b.timeout)
	defer end()
	register(lease, b.client, key, value, ttl)
}
