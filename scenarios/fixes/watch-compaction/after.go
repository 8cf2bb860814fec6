package watchcompaction

import (
	"context"
	"time"

	"aftershock/scenarios/collector/followers"
	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// pause spaces attempts: on a member without a leader each fails within a millisecond.
const pause = 50 * time.Millisecond

// after goes on until its context ends, from where it was, or with a new list where that is gone.
type after struct{ client *clientv3.Client }

func newAfter(on part.Wire, _ uint64) followers.Follower { return after{on.Client} }

func (a after) Follow(ctx context.Context, prefix string, seen func(*mvccpb.KeyValue)) {
	var next int64 // the first revision that has not been seen; 0 when that is not known
	for {
		if next == 0 {
			next, _ = list(ctx, a.client, prefix, seen) // 0 again when it failed
		}
		if next > 0 {
			next = a.watch(ctx, prefix, next, seen)
		}
		if !part.Pause(ctx, pause) {
			return
		}
	}
}

// watch follows one watch to its end, and gives the revision from which the next has to go on; 0 when that has been
// compacted.
func (a after) watch(ctx context.Context, prefix string, next int64, seen func(*mvccpb.KeyValue)) int64 {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	defer cancel()
	for response := range a.client.Watch(ctx, prefix, clientv3.WithPrefix(), clientv3.WithRev(next)) {
		if response.CompactRevision > 0 {
			return 0
		}
		if response.Err() != nil {
			return next
		}
		for _, event := range response.Events {
			seen(event.Kv)
			next = event.Kv.ModRevision + 1
		}
	}
	return next
}
