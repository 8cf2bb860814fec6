package part

import (
	"context"
	"slices"
	"sync/atomic"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

// Observe has a client report each attempt of the calls with these methods, below all interceptors: those that etcd's
// client repeats by itself, and of which its caller never hears, are attempts as well. So a part counts alike in both
// arms, and no seam has a share in its own count.
func Observe(see func(*Attempt, stats.RPCStats), methods ...string) func(*clientv3.Config) {
	return func(c *clientv3.Config) {
		c.DialOptions = append(c.DialOptions, grpc.WithStatsHandler(observer{see, methods}))
	}
}

// Attempt is one attempt of a call.
type Attempt struct {
	Context context.Context // the caller's
	Method  string          // such as /etcdserverpb.KV/Range
	Note    any             // the observer's own: of one attempt it sees stats.Begin first, and stats.End last

	sent, answered atomic.Bool
}

// Sent tells whether it went out to a member. One that never did costs nothing and leaves nothing open: etcd's client
// has every request wait for a connection, and one that waited in vain until its deadline has the same error as one
// that was not answered.
func (a *Attempt) Sent() bool { return a.sent.Load() }

// Answered tells whether anything came back.
func (a *Attempt) Answered() bool { return a.answered.Load() }

type observer struct {
	see     func(*Attempt, stats.RPCStats)
	methods []string
}

type attemptKey struct{}

func (o observer) TagRPC(ctx context.Context, call *stats.RPCTagInfo) context.Context {
	if !slices.Contains(o.methods, call.FullMethodName) {
		return ctx
	}
	return context.WithValue(ctx, attemptKey{}, &Attempt{Context: ctx, Method: call.FullMethodName})
}

func (o observer) HandleRPC(ctx context.Context, event stats.RPCStats) {
	a, ok := ctx.Value(attemptKey{}).(*Attempt)
	if !ok {
		return
	}
	switch event.(type) {
	case *stats.OutHeader:
		a.sent.Store(true)
	case *stats.InHeader, *stats.InTrailer: // a refusal has a trailer only
		a.answered.Store(true)
	}
	o.see(a, event)
}

func (observer) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (observer) HandleConn(context.Context, stats.ConnStats) {}
