package followers

import (
	"sync"
	"sync/atomic"
	"time"

	"aftershock/internal/clock"
	"aftershock/internal/etcdclient"
	"aftershock/scenarios/collector/part"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/stats"
)

// peakWindow is what RelistPeak is the peak of. It is about as long as a member takes to answer a few lists.
const peakWindow = 10 * time.Millisecond

// asked counts the requests of followers, and what their watches are told. It sees the messages themselves, so that no
// follower has a part in its own count.
type asked struct {
	count part.Count
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
	etcdclient.TryOnce(c) // a hundred tries of etcd's client would hide when a follower tries again
	part.Observe(a.see, part.Range, part.Watch)(c)
}

func (a *asked) see(attempt *part.Attempt, event stats.RPCStats) {
	switch event := event.(type) {
	case *stats.Begin:
		if attempt.Method != part.Range || !a.began.Load() {
			return
		}
		if !event.IsTransparentRetryAttempt { // gRPC repeats what never left, and the follower has asked once
			a.count(Relists, 1)
		}
		attempt.Note = a.within(clock.Now())
	case *stats.End:
		if in, ok := attempt.Note.(*window); ok && event.Error == nil {
			a.served(in)
		}
	case *stats.InPayload:
		if response, ok := event.Payload.(*pb.WatchResponse); ok && response.GetCompactRevision() > 0 {
			a.count(Compacted, 1)
		}
	}
}

// within is the window of a list that is asked for now.
func (a *asked) within(now clock.Nanos) *window {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.newest == nil || now.Sub(a.newest.began) >= peakWindow {
		a.newest = &window{began: now}
	}
	return a.newest
}

// served takes note of a list's answer: a member that has no leader refuses two hundred lists within a millisecond, and
// that costs nothing. A counter can only be added to: the peak is, by what it has grown.
func (a *asked) served(in *window) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if in.served++; in.served > a.peak {
		a.count(RelistPeak, in.served-a.peak)
		a.peak = in.served
	}
}
