package relistherd

import (
	"context"
	"math/rand/v2"
	"time"

	"aftershock/scenarios/collector/followers"
	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// after waits anything up to twice that, anew each time.
type after struct {
	client *clientv3.Client
	rng    *rand.Rand
}

func newAfter(on part.Wire, seed uint64) followers.Follower {
	return after{on.Client, rand.New(rand.NewPCG(seed, 0))}
}

func (a after) Follow(ctx context.Context, prefix string, seen func(*mvccpb.KeyValue)) {
	follow(ctx, a.client, prefix, seen, func() time.Duration { return time.Duration(a.rng.Int64N(int64(2 * pause))) })
}
