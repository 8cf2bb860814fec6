package collector

import (
	"context"
	"sync/atomic"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

// countingReads is a wire whose clients count the attempts of their reads: what a member has to serve, and what a
// caller of Get never sees, because the client repeats it. It has no client that was dialled before, because that
// client would not count.
func countingReads(on Wire) Wire {
	dial := on.Dial
	on.Client = nil
	on.Dial = func(links []string, change func(*clientv3.Config)) (*clientv3.Client, error) {
		return dial(links, func(c *clientv3.Config) {
			if change != nil {
				change(c)
			}
			c.DialOptions = append(c.DialOptions, grpc.WithStatsHandler(attempts{on.Count}))
		})
	}
	return on
}

// attempts is told by gRPC of each attempt of a call, below all interceptors. An attempt is counted when its header
// goes out, and not when it begins: one that waits for a connection costs nothing.
type attempts struct{ count Count }

// attempt is one on its way, under its key in the context that gRPC hands on with what happens to it.
type attempt struct{ sent, answered atomic.Bool }

type attemptKey struct{}

func (attempts) TagRPC(ctx context.Context, call *stats.RPCTagInfo) context.Context {
	if call.FullMethodName != pb.KV_Range_FullMethodName {
		return ctx
	}
	return context.WithValue(ctx, attemptKey{}, &attempt{})
}

func (a attempts) HandleRPC(ctx context.Context, what stats.RPCStats) {
	this, ok := ctx.Value(attemptKey{}).(*attempt)
	if !ok {
		return
	}
	switch what.(type) {
	case *stats.OutHeader:
		this.sent.Store(true)
		a.count(WireAttempts, 1)
	case *stats.InHeader, *stats.InTrailer: // a refusal has a trailer only
		this.answered.Store(true)
	case *stats.End:
		if this.sent.Load() && !this.answered.Load() {
			a.count(AttemptsUnanswered, 1)
		}
	}
}

func (attempts) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (attempts) HandleConn(context.Context, stats.ConnStats) {}
