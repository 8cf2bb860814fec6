package relistherd

import (
	"context"
	"time"

	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// listPatience is how long a list may take.
const listPatience = 5 * time.Second

// follow lists and watches, again and again, until the context ends. Between two times it waits: that is what the arms
// differ in. WithRequireLeader has a member without a leader say so at once, instead of holding a list back until there
// is one, and has it end the watches that stand.
func follow(
	ctx context.Context, client *clientv3.Client, prefix string, seen func(*mvccpb.KeyValue), wait func() time.Duration,
) {
	for {
		listAndWatch(clientv3.WithRequireLeader(ctx), client, prefix, seen)
		if !part.Pause(ctx, wait()) {
			return
		}
	}
}

// listAndWatch returns when either fails.
func listAndWatch(ctx context.Context, client *clientv3.Client, prefix string, seen func(*mvccpb.KeyValue)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	listing, listed := context.WithTimeout(ctx, listPatience)
	list, err := client.Get(listing, prefix, clientv3.WithPrefix())
	listed()
	if err != nil {
		return
	}
	for _, kv := range list.Kvs {
		seen(kv)
	}
	for response := range client.Watch(ctx, prefix, clientv3.WithPrefix(), clientv3.WithRev(list.Header.Revision+1)) {
		for _, event := range response.Events {
			seen(event.Kv)
		}
	}
}
