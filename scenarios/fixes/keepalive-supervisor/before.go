package keepalivesupervisor

import (
	"context"
	"time"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before enters the service once, and takes KeepAlive at its word.
type before struct{ client *clientv3.Client }

func newBefore(on part.Wire) registry.Registrar { return before{on.Client} }

func (b before) Keep(ctx context.Context, key, value string, ttl time.Duration) {
	lease, err := registry.Enter(ctx, b.client, key, value, ttl)
	if err != nil {
		return
	}
	renewals, err := b.client.KeepAlive(ctx, lease)
	if err != nil {
		return
	}
	for range renewals { // until the lease is gone, and then the entry is as well
	}
}
