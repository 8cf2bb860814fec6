package article

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/harness/cluster"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

// attempts counts what a client really sends, below its own repeating.
type attempts struct{ n atomic.Int64 }

func (a *attempts) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (a *attempts) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (a *attempts) HandleConn(context.Context, stats.ConnStats)                       {}
func (a *attempts) HandleRPC(_ context.Context, s stats.RPCStats) {
	if _, begins := s.(*stats.Begin); begins {
		a.n.Add(1)
	}
}

// clientOf is a client of one member that counts its attempts.
func clientOf(t *testing.T, endpoint cluster.Endpoint) (*clientv3.Client, *attempts) {
	t.Helper()
	counted := &attempts{}
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{endpoint.ClientURL}, Logger: zap.NewNop(),
		DialOptions: []grpc.DialOption{grpc.WithStatsHandler(counted)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client, counted
}

// isolate cuts a member off, waits until it has no leader, and gives what heals it.
func isolate(t *testing.T, members *cluster.Embedded, client *clientv3.Client,
	endpoint cluster.Endpoint) (heal func()) {
	t.Helper()
	grudge := chaos.Grudge{}
	for _, other := range members.Members() {
		if other != endpoint.Member {
			grudge[endpoint.Member] = append(grudge[endpoint.Member], other)
			grudge[other] = []string{endpoint.Member}
		}
	}
	heal, err := members.Partition(grudge)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(heal)
	for until := patience(t); ; {
		status, err := client.Status(until, endpoint.ClientURL)
		switch {
		case err != nil:
			t.Fatalf("%s still has a leader: %v", endpoint.Member, err)
		case status.Leader == 0:
			return heal
		}
		time.Sleep(20 * time.Millisecond) // between two questions
	}
}

// The article says that a plain Get waits without a leader, and that one with WithRequireLeader returns at once, as
// cancelled.
func TestAGetWithoutALeader(t *testing.T) {
	members, plain := startCluster(t)
	endpoint := members.Endpoints()[0]
	client, counted := clientOf(t, endpoint)
	heal := isolate(t, members, client, endpoint)

	waited := make(chan error, 1)
	go func() {
		_, err := plain.Get(patience(t), claimed)
		waited <- err
	}()
	if _, err := client.Get(patience(t), claimed, clientv3.WithSerializable()); err != nil {
		t.Errorf("a serializable Get is not answered: %v", err)
	}
	counted.n.Store(0)
	ctx, cancel := context.WithCancel(patience(t))
	defer cancel()
	_, err := client.Get(clientv3.WithRequireLeader(ctx), claimed)
	if !errors.Is(err, rpctypes.ErrNoLeader) || errors.Is(err, context.Canceled) || ctx.Err() != nil {
		t.Errorf("with WithRequireLeader: %v, want ErrNoLeader; the context: %v", err, ctx.Err())
	}
	if n := counted.n.Load(); n < 50 { // it gives up after 100, 25 ms apart
		t.Errorf("it was tried %d times: that is at once", n)
	}
	select {
	case err := <-waited:
		t.Errorf("the plain Get does not wait: %v", err)
	default:
	}
	heal()
	if err := <-waited; err != nil {
		t.Errorf("the plain Get, when there is a leader again: %v", err)
	}
}

// A member that has lost its leader for good tells the watches that have asked for one. That is all: what holds their
// context is told nothing.
func TestALostLeaderEndsAWatchAndNotItsContext(t *testing.T) {
	members, _ := startCluster(t)
	endpoint := members.Endpoints()[0]
	client, _ := clientOf(t, endpoint)
	ctx, cancel := context.WithCancel(patience(t))
	defer cancel()
	asking := clientv3.WithRequireLeader(ctx)
	events := client.Watch(asking, claimed, clientv3.WithCreatedNotify())
	if seen := <-events; !seen.Created {
		t.Fatalf("the watch is not open: %+v", seen)
	}
	isolate(t, members, client, endpoint)
	var last error
	for seen := range events {
		last = seen.Err()
	}
	if !errors.Is(last, rpctypes.ErrNoLeader) || asking.Err() != nil || ctx.Err() != nil {
		t.Errorf("the watch ended by %v, its context is %v", last, asking.Err())
	}
}

// The endpoint answers nothing, so that the request is under way until it is cancelled.
func TestACancelEndsARequestUnderWay(t *testing.T) {
	client, counted := clientOf(t, cluster.Endpoint{ClientURL: "http://127.0.0.1:1"})
	ctx, cancel := context.WithCancel(patience(t))
	ended := make(chan error, 1)
	go func() {
		_, err := client.Put(ctx, claimed, "value")
		ended <- err
	}()
	for until := patience(t); counted.n.Load() == 0; {
		if until.Err() != nil {
			t.Fatal("the request was not begun")
		}
		time.Sleep(time.Millisecond) // between two looks
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Put: %v", err)
	}
}
