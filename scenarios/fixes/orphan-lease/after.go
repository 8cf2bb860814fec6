package orphanlease

import (
	"context"
	"time"

	"aftershock/scenarios/collector"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// after gives each lease a context of its own, and gives the lease back when its key is under another one.
type after struct{ client *clientv3.Client }

func newAfter(on collector.Wire) collector.Registrar { return after{on.Client} }

func (a after) Keep(ctx context.Context, key, value string, ttl time.Duration) {
	ctx = clientv3.WithRequireLeader(ctx)
	var old clientv3.LeaseID
	for ctx.Err() == nil {
		if lease, err := collector.Enter(ctx, a.client, key, value, ttl); err == nil {
			a.revoke(ctx, old)
			a.renew(ctx, lease)
			old = lease
		}
		pause(ctx)
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

// revoke gives a lease back, if that is possible at once: it expires anyhow. Before its key is under the new lease it would
// take the key with it.
func (a after) revoke(ctx context.Context, old clientv3.LeaseID) {
	if old == clientv3.NoLease {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, collector.EnterPatience)
	defer cancel()
	_, _ = a.client.Revoke(ctx, old) // it may have expired
}
