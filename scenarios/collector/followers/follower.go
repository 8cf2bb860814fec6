package followers

import (
	"context"

	"aftershock/results/ops"

	"go.etcd.io/etcd/api/v3/mvccpb"
)

// Follower keeps up with a directory in etcd: it lists the keys, and watches their changes. Wire.Client is for it
// alone and for its like, and tries a request once: whether to try again is the follower's decision.
type Follower interface {
	// Follow calls seen for each key below a prefix and for every change, from one goroutine, until ctx ends. It may
	// call seen for the same change again. A Follow that returned is not called again.
	Follow(ctx context.Context, prefix string, seen func(*mvccpb.KeyValue))
}

// What the part counts of its followers.
const (
	Silent = "silent_watch" // time in which a follower had not seen what was acknowledged, in ns; see following
	// followers that are silent at the end, so that the time is at least what was seen
	SilentAtEnd = "silent_watch_end"
	Behind      = "followers_behind"  // that at the end had not seen what was acknowledged 1.5 s before
	Compacted   = "watches_compacted" // that were told that what they want next has been compacted
	Relists     = "relists"           // lists that followers asked for, those with which they began left out
	RelistPeak  = "relist_peak"       // the most of those that were served, asked for within 10 ms
)

// Counters are the counters that fixes of followers declare.
var Counters = []ops.Counter{
	{Name: Silent, Unit: "ns", Better: ops.Lower, Cut: SilentAtEnd}, {Name: SilentAtEnd, Unit: "followers"},
	{Name: Behind, Unit: "followers", Better: ops.Lower},
}
