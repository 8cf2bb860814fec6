package keepalivesupervisor

import (
	"context"
	"time"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// The pauses between two attempts to enter: doubled after each that failed, so that a registry that is just coming back
// is not met by all services at full speed.
const (
	shortest = 50 * time.Millisecond
	longest  = time.Second
)

// after enters the service again whenever a lease is gone.
type after struct{ client *clientv3.Client }

func newAfter(on part.Wire) registry.Registrar { return after{on.Client} }

func (a after) Keep(ctx context.Context, key, value string, ttl time.Duration) {
	pause := shortest
	for ctx.Err() == nil {
		if lease, err := registry.Enter(ctx, a.client, key, value, ttl); err == nil {
			a.renew(ctx, lease)
			pause = shortest
		}
		part.Pause(ctx, pause)
		pause = min(2*pause, longest)
	}
}

// renew returns when the lease is gone, and leaves nothing of it to the client.
func (a after) renew(ctx context.Context, lease clientv3.LeaseID) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	renewals, err := a.client.KeepAlive(ctx, lease)
	if err != nil {
		return
	}
	for range renewals {
	}
}
