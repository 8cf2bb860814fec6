package orphanlease

import (
	"context"
	"time"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before renews every lease under the service's context.
type before struct{ client *clientv3.Client }

func newBefore(on part.Wire) registry.Registrar { return before{on.Client} }

func (b before) Keep(ctx context.Context, key, value string, ttl time.Duration) {
	ctx = clientv3.WithRequireLeader(ctx)
	for ctx.Err() == nil {
		if lease, err := registry.Enter(ctx, b.client, key, value, ttl); err == nil {
			b.renew(ctx, lease)
		}
		part.Pause(ctx, pause)
	}
}

func (b before) renew(ctx context.Context, lease clientv3.LeaseID) {
	renewals, err := b.client.KeepAlive(ctx, lease)
	if err != nil {
		return
	}
	for range renewals {
	}
}
