package collector

import (
	"context"

	"go.etcd.io/etcd/api/v3/mvccpb"
)

// Follower keeps up with a directory of etcd's: it lists what is there, and watches what becomes of it. Wire.Client is
// for it alone and for its like, and tries a request once: whether to try again is the follower's decision.
type Follower interface {
	// Follow tells seen of each key below a prefix as it is and of every change, from one goroutine, until ctx ends.
	// Seen may be told of the same again. A Follow that returned is not called again.
	Follow(ctx context.Context, prefix string, seen func(*mvccpb.KeyValue))
}
