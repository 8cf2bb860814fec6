package watchlease

import (
	"context"
	"errors"
	"time"

	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// rewatchPause spaces attempts to watch again.
const rewatchPause = 50 * time.Millisecond

// register enters the service and renews its lease until the context ends, or the lease is gone. Every arm that renews does
// it with this: what differs is the context.
func register(ctx context.Context, client *clientv3.Client, key, value string, ttl time.Duration) {
	lease, err := registry.Enter(ctx, client, key, value, ttl)
	if err != nil {
		return
	}
	renewals, err := client.KeepAlive(ctx, lease)
	if err != nil {
		return
	}
	for range renewals {
	}
}

// follow watches the configuration until ctx ends, at first under a context of the caller's, which may cancel it when the
// watch has lost its leader. The watches that follow need no context of their own: what was begun for the first is gone.
func follow(ctx context.Context, client *clientv3.Client, watch context.Context, onNoLeader func()) {
	for ctx.Err() == nil {
		for response := range client.Watch(clientv3.WithRequireLeader(watch), collector.ConfigKey) {
			if errors.Is(response.Err(), rpctypes.ErrNoLeader) {
				onNoLeader()
			}
		}
		part.Pause(ctx, rewatchPause)
		watch = ctx
	}
}
