package watchlease

import (
	"context"
	"sync"
	"time"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// shared watches and registers under one context, which the watch's handler cancels.
type shared struct{ client *clientv3.Client }

func newShared(on part.Wire) registry.Registrar { return shared{on.Client} }

func (s shared) Keep(ctx context.Context, key, value string, ttl time.Duration) {
	var watching sync.WaitGroup
	defer watching.Wait()
	both, cancel := context.WithCancel(ctx)
	onNoLeader := func() {
		cancel() // for watch and lease alike
	}
	watching.Go(func() { follow(ctx, s.client, both, onNoLeader) })
	register(both, s.client, key, value, ttl)
}
