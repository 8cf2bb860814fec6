package collector

import (
	"context"
	"sync/atomic"

	"aftershock/results/ops"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

// watchAttempts has a client count what becomes of each attempt of a write that it makes, those that etcd's client repeats
// by itself included. So it counts alike in both arms, whatever they make of an error.
func watchAttempts(count Count) func(*clientv3.Config) {
	return func(c *clientv3.Config) {
		c.DialOptions = append(c.DialOptions, grpc.WithStatsHandler(writeAttempts{count}))
	}
}

// writeAttempts is told by gRPC of each attempt of a write, below all interceptors. One that never went out does not
// count, for it leaves nothing open: etcd's client has every request wait for a connection, and one that waited in vain
// until its deadline has the same error as one that was not answered.
type writeAttempts struct{ count Count }

func (writeAttempts) TagRPC(ctx context.Context, call *stats.RPCTagInfo) context.Context {
	switch call.FullMethodName {
	case pb.KV_Put_FullMethodName, pb.KV_Txn_FullMethodName:
		return context.WithValue(ctx, attemptKey{}, &attempt{})
	}
	return ctx
}

func (w writeAttempts) HandleRPC(ctx context.Context, what stats.RPCStats) {
	this, ok := ctx.Value(attemptKey{}).(*attempt)
	if !ok {
		return
	}
	switch what := what.(type) {
	case *stats.OutHeader:
		this.sent.Store(true)
		w.count(WriteAttempts, 1)
	case *stats.End:
		if this.sent.Load() {
			w.ended(ctx, rpctypes.Error(what.Error))
		}
	}
}

func (w writeAttempts) ended(ctx context.Context, err error) {
	switch {
	case dropped(err):
		w.count(ProposalsDropped, 1)
		if met, ok := ctx.Value(fateKey{}).(*fate); ok {
			met.dropped.Store(true)
		}
	case classify(err) == ops.Ambiguous:
		w.count(AmbiguousWrites, 1)
	}
}

func (writeAttempts) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (writeAttempts) HandleConn(context.Context, stats.ConnStats) {}

// fate is what the attempts to write one record have met.
type fate struct{ dropped atomic.Bool }

type fateKey struct{}

// withFate is a context under which attempts note what they meet.
func withFate(ctx context.Context) (context.Context, *fate) {
	met := &fate{}
	return context.WithValue(ctx, fateKey{}, met), met
}
