package collector_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/results/ops"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/connectivity"
)

// startWriting starts a service whose records are written by a function.
func startWriting(t *testing.T, s *surroundings, newWriter func(part.Wire) writing) harness.Service {
	t.Helper()
	seams := repaired()
	seams.NewWriter = func(on part.Wire) records.Writer { return newWriter(on) }
	return start(t, recording(s), seams, witnessed...)
}

// handOver has a leader hand over to a member that never hears of it, again and again until stop is called: meanwhile it
// takes no proposals. Should it have lost its leadership it gets it back first.
func handOver(t *testing.T, c *cluster.Embedded, leader, to string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		for ctx.Err() == nil {
			for _, to := range []string{leader, to} {
				patient, end := context.WithTimeout(ctx, 100*time.Millisecond)
				_ = c.Transfer(patient, to)
				end()
			}
		}
	}()
	return func() {
		cancel()
		<-over
	}
}

// A record that raft refused has failed if its caller was told so in the end, early or late, and has not if a retry
// wrote it.
func TestARecordThatRaftRefusedHasFailedOrNot(t *testing.T) {
	for name, c := range map[string]struct {
		then func(ctx context.Context, stop func(), again func() error, err error) error // after the refusal
		want ops.Reason
		told map[string]uint64
	}{
		"told at once": {
			func(_ context.Context, _ func(), _ func() error, err error) error { return err }, ops.Rejected,
			map[string]uint64{records.DroppedFailed: 1, records.SurfacedFailures: 1},
		},
		"told at the deadline": {
			func(ctx context.Context, _ func(), _ func() error, err error) error {
				<-ctx.Done()
				return err
			}, ops.Rejected,
			map[string]uint64{records.DroppedFailed: 1},
		},
		"written again": {
			func(ctx context.Context, stop func(), again func() error, err error) error {
				for stop(); err != nil && part.Pause(ctx, 10*time.Millisecond); {
					err = again()
				}
				return err
			}, ops.NoReason,
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			cut, members := cutFollower(t)
			leader, err := chaos.Resolve(members, "leader")
			if err != nil {
				t.Fatal(err)
			}
			s := around(t, members, leader)
			stop := func() {}
			service := startWriting(t, s, func(on part.Wire) writing {
				return func(ctx context.Context, r records.Record) error {
					create := func() error { return records.Create(ctx, on.Client, r) }
					err := create()
					if err != nil && strings.Contains(err.Error(), "raft proposal dropped") {
						return c.then(ctx, stop, create, err)
					}
					return err
				}
			})
			stop = handOver(t, members, leader, cut)
			defer func() { stop() }()
			var before map[string]uint64
			var met ops.Reason
			n := 0
			eventually(t, "raft refuses a proposal", func() bool {
				n, before = n+1, s.counted()
				met = record(service, n, 3*time.Second).Reason
				return s.counters[records.ProposalsDropped].Load() > before[records.ProposalsDropped]
			})
			if met != c.want {
				t.Errorf("its caller is told %v, want %v", met, c.want)
			}
			for _, name := range []string{records.DroppedFailed, records.SurfacedFailures} {
				if got := s.counters[name].Load() - before[name]; got != c.told[name] {
					t.Errorf("the counter %s grew by %d, want %d", name, got, c.told[name])
				}
			}
		})
	}
}

// cutFollower starts a cluster one of whose followers is cut off from the others.
func cutFollower(t *testing.T) (name string, c *cluster.Embedded) {
	t.Helper()
	c = boot(t, 3)
	name, err := chaos.Resolve(c, "follower.0")
	if err != nil {
		t.Fatal(err)
	}
	isolate(t, c, name)
	return name, c
}

// etcd's client has a write wait for a connection. What ends before there is one has the error of an attempt that was
// not answered, and cannot have been committed.
func TestAnAttemptThatNeverWentOutLeavesNothingOpen(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := deaf.Close(); err != nil {
		t.Fatal(err)
	}
	c := boot(t, 1)
	s := around(t, c, "n1")
	var client *clientv3.Client
	service := startWriting(t, s, func(on part.Wire) writing {
		client = on.Client
		return func(ctx context.Context, r records.Record) error { return records.Create(ctx, on.Client, r) }
	})
	eventually(t, "a record is kept", func() bool { return record(service, 0, 10*time.Second).Reason == ops.NoReason })

	link, err := c.ClientLink("collector")
	if err != nil {
		t.Fatal(err)
	}
	before, sent := s.counters[records.Ambiguous].Load(), s.counters[records.Attempts].Load()
	heal := link.Cut()
	const patience = time.Second // in which it goes out, on a busy machine too
	if op := record(service, 1, patience); op.Reason != ops.Ambiguous {
		t.Errorf("over a link that is cut: %+v", op)
	}
	if n := s.counters[records.Ambiguous].Load() - before; n != 1 {
		t.Errorf("over a link that is cut %d attempts leave it open whether they are committed, want 1", n)
	}
	if err := link.SetAddress(deaf.Addr().String()); err != nil {
		t.Fatal(err)
	}
	link.Reset()
	heal()
	eventually(t, "the connection has ended", func() bool {
		return client.ActiveConnection().GetState() != connectivity.Ready
	})
	before = s.counters[records.Ambiguous].Load()
	if op := record(service, 2, 100*time.Millisecond); op.Reason != ops.Ambiguous {
		t.Errorf("without a connection: %+v", op)
	}
	if n := s.counters[records.Attempts].Load() - sent; n != 1 {
		t.Errorf("%d attempts count as sent, want the one over the link that was cut", n)
	}
	if n := s.counters[records.Ambiguous].Load() - before; n != 0 {
		t.Errorf("%d attempts that never went out leave it open whether they are committed", n)
	}
}
