package collector

import (
	"context"

	"go.etcd.io/etcd/api/v3/mvccpb"
)

// Follower keeps up with a directory in etcd: it lists the keys, and watches their changes. Wire.Client is for it
// alone and for its like, and tries a request once: whether to try again is the follower's decision.
type Follower interface {
	// Follow calls seen for each key below a prefix and for every change, from one goroutine, until ctx ends. It may
	// call seen for the same change again. A Follow that returned is not called again.
	Follow(ctx context.Context, prefix string, seen func(*mvccpb.KeyValue))
}
