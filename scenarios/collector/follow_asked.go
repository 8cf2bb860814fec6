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

// asked counts what followers ask their member for, and what their watches are told. It sees the messages themselves, so
// that no follower has a part in what is counted of it.
type asked struct {
	count Count
	began atomic.Bool // what followers ask for in order to begin with is not counted

	mu     sync.Mutex
	window clock.Nanos // when the newest began
	lists  uint64      // in it
	peak   uint64      // as it was counted
}

// observe has a client tell, and try every request once.
func (a *asked) observe(c *clientv3.Config) {
	c.MaxUnaryRetries = 1 // a hundred tries of etcd's client, 25 ms apart, would hide when a follower tries again
	c.DialOptions = append(c.DialOptions, grpc.WithChainUnaryInterceptor(a.request), grpc.WithChainStreamInterceptor(a.stream))
}

func (a *asked) request(
	ctx context.Context, method string, request, reply any, on *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	if _, ok := request.(*etcdserverpb.RangeRequest); ok && a.began.Load() {
		a.list(clock.Now())
	}
	return invoke(ctx, method, request, reply, on, options...)
}

// list takes note of one list. A counter can only be added to: the peak is, by what it has grown.
func (a *asked) list(at clock.Nanos) {
	a.count(Relists, 1)
	a.mu.Lock()
	defer a.mu.Unlock()
	if at.Sub(a.window) >= peakWindow {
		a.window, a.lists = at, 0
	}
	if a.lists++; a.lists > a.peak {
		a.count(RelistPeak, a.lists-a.peak)
		a.peak = a.lists
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
