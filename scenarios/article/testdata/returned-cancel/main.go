// Command returned-cancel is what the article writes, and does not compile.
package main

import (
	"context"

	clientv3 "go.etcd.io/etcd/client/v3"
)

func main() {
	ctx, cancel := clientv3.WithRequireLeader(context.Background())
	defer cancel()
	<-ctx.Done()
}
