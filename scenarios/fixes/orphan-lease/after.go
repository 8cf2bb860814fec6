package orphanlease

import (
	"context"
	"time"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// after renews each lease under a context of its own.
type after struct{ client *clientv3.Client }

func newAfter(on part.Wire) registry.Registrar { return after{on.Client} }

func (a after) Keep(ctx context.Context, key, value string, ttl time.Duration) {
	ctx = clientv3.WithRequireLeader(ctx)
	for ctx.Err() == nil {
		if lease, err := registry.Enter(ctx, a.client, key, value, ttl); err == nil {
			a.renew(ctx, lease)
		}
		part.Pause(ctx, pause)
	}
}

// renew cancels the lease's own context when the channel has closed: that is what makes the client forget the lease.
func (a after) renew(ctx context.Context, lease clientv3.LeaseID) {
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	renewals, err := a.client.KeepAlive(own, lease)
	if err != nil {
		return
	}
	for range renewals {
	}
}
