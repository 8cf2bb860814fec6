package watchcompaction

import (
	"context"

	"aftershock/scenarios/collector/followers"
	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// before takes what comes for as long as something comes.
type before struct{ client *clientv3.Client }

func newBefore(on part.Wire, _ uint64) followers.Follower { return before{on.Client} }

func (b before) Follow(ctx context.Context, prefix string, seen func(*mvccpb.KeyValue)) {
	next, err := list(ctx, b.client, prefix, seen)
	if err != nil {
		return
	}
	watching := clientv3.WithRequireLeader(ctx)
	for response := range b.client.Watch(watching, prefix, clientv3.WithPrefix(), clientv3.WithRev(next)) {
		for _, event := range response.Events {
			seen(event.Kv)
		}
	}
}
