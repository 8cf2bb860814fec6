package collector

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/internal/clock"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
)

// peakWindow is what RelistPeak is the peak of. It is about as long as a member takes to answer a few lists.
const peakWindow = 10 * time.Millisecond

// asked counts the requests of followers, and what their watches are told. It sees the messages themselves, so that no
// follower has a part in its own count.
type asked struct {
	count Count
	began atomic.Bool // what followers ask for in order to begin with is not counted

	mu     sync.Mutex
	newest *window // nil before the first
	peak   uint64  // as it was counted
}

// window is a stretch of time that begins with a list.
type window struct {
	began  clock.Nanos
	served uint64 // lists that were asked for within it
}

// observe makes a client report its messages, and try every request once.
func (a *asked) observe(c *clientv3.Config) {
	c.MaxUnaryRetries = 1 // a hundred tries of etcd's client, 25 ms apart, would hide when a follower tries again
	c.DialOptions = append(c.DialOptions, grpc.WithChainUnaryInterceptor(a.request), grpc.WithChainStreamInterceptor(a.stream))
}

func (a *asked) request(
	ctx context.Context, method string, request, reply any, on *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	if _, ok := request.(*etcdserverpb.RangeRequest); !ok || !a.began.Load() {
		return invoke(ctx, method, request, reply, on, options...)
	}
	in := a.list(clock.Now())
	err := invoke(ctx, method, request, reply, on, options...)
	if err == nil {
		a.served(in)
	}
	return err
}

// list records a requested list, and returns its window.
func (a *asked) list(at clock.Nanos) *window {
	a.count(Relists, 1)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.newest == nil || at.Sub(a.newest.began) >= peakWindow {
		a.newest = &window{began: at}
	}
	return a.newest
}

// served takes note of its answer: a member that has no leader refuses two hundred lists within a millisecond, and that
// costs nothing. A counter can only be added to: the peak is, by what it has grown.
func (a *asked) served(in *window) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if in.served++; in.served > a.peak {
		a.count(RelistPeak, in.served-a.peak)
		a.peak = in.served
	}
}

func (a *asked) stream(
	ctx context.Context, description *grpc.StreamDesc, on *grpc.ClientConn, method string, open grpc.Streamer, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	s, err := open(ctx, description, on, method, options...)
	if err != nil {
		return nil, err
	}
	return overheard{s, a.count}, nil
}

// overheard is a stream of watches that tells which of them end because of a compaction.
type overheard struct {
	grpc.ClientStream
	count Count
}

func (o overheard) RecvMsg(message any) error {
	err := o.ClientStream.RecvMsg(message)
	if response, ok := message.(*etcdserverpb.WatchResponse); ok && err == nil && response.GetCompactRevision() > 0 {
		o.count(WatchesCompacted, 1)
	}
	return err
}
