package watchlease

import (
	"context"
	"sync"
	"time"

	"aftershock/scenarios/collector"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// isolated gives the watch a context of its own.
type isolated struct{ client *clientv3.Client }

func newIsolated(on collector.Wire) collector.Registrar { return isolated{on.Client} }

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

// article is the code that the article calls correct: the lease is granted under a context of its own, and nobody renews it.
type article struct{ client *clientv3.Client }

func newArticle(on collector.Wire) collector.Registrar { return article{on.Client} }

func (a article) Keep(ctx context.Context, key, value string, ttl time.Duration) {
	var watching sync.WaitGroup
	defer watching.Wait()
	watch, cancel := context.WithCancel(ctx)
	watching.Go(func() { follow(ctx, a.client, watch, cancel) })
	_, _ = collector.Enter(ctx, a.client, key, value, ttl)
}
