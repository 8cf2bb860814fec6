package watchcompaction

import (
	"context"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// listPatience is how long a list may take.
const listPatience = 2 * time.Second

// list tells of all that is there, and gives the revision from which a watch sees every later change. Both arms begin
// with it.
func list(ctx context.Context, client *clientv3.Client, prefix string, seen func(*mvccpb.KeyValue)) (next int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, listPatience)
	defer cancel()
	response, err := client.Get(ctx, prefix, clientv3.WithPrefix())
	if err != nil {
		return 0, err
	}
	for _, kv := range response.Kvs {
		seen(kv)
	}
	return response.Header.Revision + 1, nil
}
