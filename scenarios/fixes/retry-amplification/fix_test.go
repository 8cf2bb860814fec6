package retryamplification

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
)

// member refuses the first reads, and answers the others.
type member struct {
	pb.UnimplementedKVServer
	refuses int64
	with    error
	asked   atomic.Int64
}

func (m *member) Range(_ context.Context, r *pb.RangeRequest) (*pb.RangeResponse, error) {
	if m.asked.Add(1) <= m.refuses {
		return nil, m.with
	}
	return &pb.RangeResponse{Header: &pb.ResponseHeader{}, Kvs: []*mvccpb.KeyValue{{Key: r.Key, Value: []byte("value")}}}, nil
}

// serve lets a member listen until the test ends.
func serve(t *testing.T, m *member) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	pb.RegisterKVServer(server, m)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

func connect(t *testing.T, arm func(part.Wire) lookups.Reader, m *member, log *bytes.Buffer) lookups.Reader {
	t.Helper()
	var client *clientv3.Client
	reader := arm(part.Wire{
		Links: []string{serve(t, m)}, Log: log,
		Dial: func(links []string, change func(*clientv3.Config)) (_ *clientv3.Client, err error) {
			config := clientv3.Config{Endpoints: links}
			change(&config)
			client, err = clientv3.New(config)
			return client, err
		},
	})
	if err := reader.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return reader
}

func TestHowOftenAMemberIsAskedForOneRead(t *testing.T) {
	const always = 1000
	arms := map[string]func(part.Wire) lookups.Reader{"before": newBefore, "after": newAfter}
	for _, c := range []struct {
		name          string
		refuses       int64
		with, want    error
		before, after int64
	}{
		{"it answers", 0, nil, nil, 1, 1},
		{"it has no leader for a moment", 3, rpctypes.ErrGRPCNoLeader, nil, 4, 4},
		{"it has no leader", always, rpctypes.ErrGRPCNoLeader, rpctypes.ErrNoLeader, 100, attempts},
		{"the read is wrong", always, rpctypes.ErrGRPCCompacted, rpctypes.ErrCompacted, 1, 1},
	} {
		for name, asked := range map[string]int64{"before": c.before, "after": c.after} {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				t.Parallel() // a hundred attempts take 2.6 s
				m := &member{refuses: c.refuses, with: c.with}
				reader := connect(t, arms[name], m, &bytes.Buffer{})
				value, err := reader.Read(t.Context())
				if got := m.asked.Load(); got != asked || !errors.Is(err, c.want) || (value == "value") != (c.want == nil) {
					t.Errorf("it reads %q, %v, after %d attempts, want %v after %d", value, err, got, c.want, asked)
				}
			})
		}
	}
}

func TestAttemptsThatFailAreLinesInTheLog(t *testing.T) {
	for name, arm := range map[string]func(part.Wire) lookups.Reader{"before": newBefore, "after": newAfter} {
		var log bytes.Buffer
		reader := connect(t, arm, &member{refuses: 3, with: rpctypes.ErrGRPCNoLeader}, &log)
		if _, err := reader.Read(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		lines := bytes.Count(log.Bytes(), []byte(`"msg":"retrying of unary invoker failed"`))
		if name == "before" && lines != 3 || lines < 1 { // after's may lie in more than one second
			t.Errorf("%s writes %d lines about 3 attempts: %s", name, lines, &log)
		}
	}
}

func TestHowMuchOfTheSameIsKeptInASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock stands still while no goroutine sleeps
		var plenty, few bytes.Buffer
		for range 2 {
			before, after := logger(&plenty, defaultSampling), logger(&few, oneLine)
			for range 1000 {
				before.Warn("it failed")
				after.Warn("it failed")
			}
			after.Warn("something else failed")
			time.Sleep(time.Second)
		}
		lines := func(b *bytes.Buffer) int { return bytes.Count(b.Bytes(), []byte("\n")) }
		if b, a := lines(&plenty), lines(&few); b != 2*109 || a != 2*2 {
			t.Errorf("of 1000 lines a second, two seconds keep %d before and %d after, want 218 and 4", b, a)
		}
	})
}

func TestEachWaitIsTwiceAsLongGiveOrTakeAHalf(t *testing.T) {
	first, again, other, another := newBackOff(1, 1), newBackOff(1, 1), newBackOff(1, 2), newBackOff(2, 1)
	for mean := firstWait; mean < firstWait<<attempts; mean *= 2 {
		wait := first.next()
		if wait < mean/2 || wait >= mean+mean/2 {
			t.Errorf("it waits %v, want %v give or take a half", wait, mean)
		}
		if w := again.next(); w != wait {
			t.Errorf("the same read of the same seed waits %v and %v", wait, w)
		}
		if o, a := other.next(), another.next(); o == wait || a == wait {
			t.Errorf("a read waits %v, the next one %v, and the same of another seed %v", wait, o, a)
		}
	}
}

func TestTheLastAttemptIsBeforeTheDeadline(t *testing.T) {
	for _, c := range []struct {
		name           string
		deadline, long time.Duration // no deadline for 0
		want           time.Duration
		goOn           bool
	}{
		{"far from the deadline", time.Second, 25 * time.Millisecond, 25 * time.Millisecond, true},
		{"no deadline", 0, time.Hour, time.Hour, true},
		{"beyond the deadline", time.Second, time.Minute, time.Second - spare, true},
		{"too late for an answer", spare, 25 * time.Millisecond, 0, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx := t.Context()
			if c.deadline > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, c.deadline)
				defer cancel()
			}
			began := time.Now()
			goOn := wait(ctx, c.long)
			if took := time.Since(began); took != c.want || goOn != c.goOn {
				t.Errorf("%s: it waits %v and goes on: %v, want %v and %v", c.name, took, goOn, c.want, c.goOn)
			}
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if wait(ended, time.Hour) {
		t.Error("it goes on for a request that has ended")
	}
}
