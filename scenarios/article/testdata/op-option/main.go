// Command op-option gives WithRequireLeader to an operation, and does not compile.
package main

import (
	"context"

	clientv3 "go.etcd.io/etcd/client/v3"
)

func main() {
	var client *clientv3.Client
	_, _ = client.Get(context.Background(), "key", clientv3.WithRequireLeader(context.Background()))
}
