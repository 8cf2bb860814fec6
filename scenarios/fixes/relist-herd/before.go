package relistherd

import (
	"context"
	"time"

	"aftershock/scenarios/collector/followers"
	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// pause is how long a follower waits before it lists again, on average.
const pause = 500 * time.Millisecond

// before waits as long as all others do.
type before struct{ client *clientv3.Client }

func newBefore(on part.Wire, _ uint64) followers.Follower { return before{on.Client} }

func (b before) Follow(ctx context.Context, prefix string, seen func(*mvccpb.KeyValue)) {
	follow(ctx, b.client, prefix, seen, func() time.Duration { return pause })
}
