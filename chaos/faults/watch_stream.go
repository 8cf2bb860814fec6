package faults

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"aftershock/chaos"
	"aftershock/internal/clock"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// fanOut counts how far events get among the watchers.
type fanOut struct {
	watchers int
	whole    chan clock.Nanos // when the first event had reached all

	mu    sync.Mutex
	stand int           // watchers that stand now
	got   map[int64]int // revision -> watchers that it reached; nil once one has reached all
}

func newFanOut(watchers int) *fanOut {
	return &fanOut{watchers: watchers, whole: make(chan clock.Nanos, 1), got: map[int64]int{}}
}

// stands books watchers that began to stand, or no longer do.
func (f *fanOut) stands(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stand += n
	if n < 0 && f.got != nil {
		clear(f.got) // watchers that stand in for them elsewhere may be sent an event that was counted before
	}
}

// receive books what one watcher was sent.
func (f *fanOut) receive(events []*mvccpb.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.got == nil {
		return
	}
	for _, e := range events {
		f.got[e.Kv.ModRevision]++
		if f.got[e.Kv.ModRevision] == f.watchers {
			f.whole <- clock.Now()
			f.got = nil
			return
		}
	}
}

// reached tells how many watchers stand, and to how many of them the event came that came to most.
func (f *fanOut) reached() (stand, most int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range f.got {
		most = max(most, n)
	}
	return f.stand, most
}

// watchStream is a gRPC stream with watchers on it. It speaks etcd's protocol itself: clientv3 keeps goroutines and a
// buffer for every watcher, and thousands of those would be felt on this side more than at the members.
//
//	create ... create  ->          cancel ... cancel  ->
//	        <- created ... events ...        <- cancelled ...   all of them: left
type watchStream struct {
	target   chaos.Target
	prefix   string
	watchers int
	fanOut   *fanOut
	turn     int // members are taken in turn, beginning with this one
	member   string
	leaving  chan struct{} // closed when the watchers are to be cancelled
	leaves   sync.Once
	left     bool // every watcher is known to be gone; to be read once run has returned
}

func newWatchStream(t chaos.Target, turn, watchers int, prefix string, f *fanOut) *watchStream {
	return &watchStream{
		target: t, turn: turn, watchers: watchers, prefix: prefix, fanOut: f, leaving: make(chan struct{}),
	}
}

// leave has the watchers cancelled. It does not wait for that: run returns when it is confirmed.
func (s *watchStream) leave() { s.leaves.Do(func() { close(s.leaving) }) }

// run keeps the watchers standing until they are to leave and have left, or until ctx is done.
func (s *watchStream) run(ctx context.Context) error {
	for ; !s.isLeaving(); s.turn++ {
		members := s.target.Members()
		s.member = members[s.turn%len(members)]
		err := s.serve(ctx)
		if s.isLeaving() {
			break
		}
		if cause := clock.SleepUntil(ctx, clock.Now().Add(retryPause)); cause != nil {
			return fmt.Errorf("%w, at last: %w", cause, err)
		}
	}
	s.left = ctx.Err() == nil // a stream that broke, or was not open just then, has no watchers either
	return nil
}

func (s *watchStream) isLeaving() bool {
	select {
	case <-s.leaving:
		return true
	default:
		return false
	}
}

// serve opens the stream once, and returns when it has ended: nil when every watcher was cancelled on request.
func (s *watchStream) serve(ctx context.Context) error {
	client, err := s.target.Admin(s.member)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := pb.NewWatchClient(client.ActiveConnection()).Watch(ctx)
	if err != nil {
		return fmt.Errorf("through %s: %w", s.member, err)
	}
	var stand atomic.Int64
	defer func() { s.fanOut.stands(-int(stand.Load())) }()
	created := make(chan struct{})
	sent := begin(func(ctx context.Context) error { return s.send(ctx, stream, created) })
	defer sent.stop()
	return s.receive(stream, &stand, created)
}

// send asks for the watchers, and for their end once they all stand and are to leave. Each is known by a number of
// ours.
func (s *watchStream) send(ctx context.Context, stream pb.Watch_WatchClient, created <-chan struct{}) error {
	for id := range s.watchers {
		create := &pb.WatchCreateRequest{
			Key: []byte(s.prefix), RangeEnd: []byte(clientv3.GetPrefixRangeEnd(s.prefix)), WatchId: int64(id) + 1,
		}
		union := &pb.WatchRequest_CreateRequest{CreateRequest: create}
		if err := stream.Send(&pb.WatchRequest{RequestUnion: union}); err != nil {
			return err
		}
	}
	for _, wait := range []<-chan struct{}{created, s.leaving} {
		select {
		case <-wait:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for id := range s.watchers {
		end := &pb.WatchCancelRequest{WatchId: int64(id) + 1}
		union := &pb.WatchRequest_CancelRequest{CancelRequest: end}
		if err := stream.Send(&pb.WatchRequest{RequestUnion: union}); err != nil {
			return err
		}
	}
	return nil
}

func (s *watchStream) receive(stream pb.Watch_WatchClient, stand *atomic.Int64, created chan<- struct{}) error {
	for {
		answer, err := stream.Recv()
		switch {
		case err != nil:
			return fmt.Errorf("through %s: %w", s.member, err)
		case answer.Canceled:
			s.fanOut.stands(-1)
			left := stand.Add(-1)
			if !s.isLeaving() {
				return fmt.Errorf("through %s: %w: %s", s.member, errWatchEnded, answer.CancelReason)
			}
			if left == 0 {
				return nil
			}
		case answer.Created:
			s.fanOut.stands(1)
			if stand.Add(1) == int64(s.watchers) {
				close(created)
			}
		}
		s.fanOut.receive(answer.Events)
	}
}
