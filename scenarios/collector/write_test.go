package collector_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"
	"aftershock/scenarios/fixes"
	requireleader "aftershock/scenarios/fixes/require-leader"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// witnessed are the counters about records that need no look at what is stored, but for the time that writes hang: on a
// machine that is busy enough any of them does.
var witnessed = []ops.Counter{
	{Name: records.SurfacedFailures}, {Name: records.DroppedFailed}, {Name: records.Ambiguous},
	{Name: records.ProposalsDropped}, {Name: records.Leaderless},
}

// recorded are those, and those that need an audit.
var recorded = slices.Concat(witnessed, records.Counters)

// recording surrounds a service that has records to write.
func recording(s *surroundings) *surroundings {
	s.Streams = []string{collector.BatchStream, records.Stream}
	s.declare(append(recorded, ops.Counter{Name: records.TimeHung}, ops.Counter{Name: records.Attempts}))
	return s
}

func record(service harness.Service, n int, patience time.Duration) load.Op {
	op := load.Op{N: n, Deadline: clock.Now().Add(patience)}
	service.Operation(records.Stream)(&op)
	return op
}

// writing is a writer that is a function.
type writing func(context.Context, records.Record) error

func (w writing) Write(ctx context.Context, r records.Record) error { return w(ctx, r) }

// put writes a record under a key.
func put(ctx context.Context, on part.Wire, key string, r records.Record) error {
	_, err := on.Client.Put(ctx, records.Prefix+key, r.Value)
	return err
}

func (s *surroundings) expect(t *testing.T, want map[string]uint64) {
	t.Helper()
	for _, c := range recorded {
		if got := s.counters[c.Name].Load(); got != want[c.Name] {
			t.Errorf("the counter %s is %d, want %d", c.Name, got, want[c.Name])
		}
	}
}

// counted are the counters as they are now.
func (s *surroundings) counted() map[string]uint64 {
	now := map[string]uint64{}
	for _, c := range recorded {
		now[c.Name] = s.counters[c.Name].Load()
	}
	return now
}

func TestWhatWasToldOfRecordsIsHeldAgainstWhatIsThere(t *testing.T) {
	s := recording(around(t, boot(t, 1), "n1"))
	seams := repaired()
	refused := errors.New("refused")
	seams.NewWriter = func(on part.Wire) records.Writer {
		return writing(func(ctx context.Context, r records.Record) error {
			switch r.ID {
			case "00000001": // twice, and its caller is told once
				return errors.Join(put(ctx, on, "a", r), put(ctx, on, "b", r))
			case "00000002": // committed, and its caller is told otherwise
				return errors.Join(put(ctx, on, r.ID, r), refused)
			case "00000003":
				return nil // nowhere
			case "00000004":
				return refused // nowhere, and its caller knows
			}
			return put(ctx, on, r.ID, r)
		})
	}
	service, err := collector.New(seams, recorded...).Start(t.Context(), s.Env)
	if err != nil {
		t.Fatal(err)
	}
	const all = 2500 // more than the client gives at a time when it is asked for pages of 1000
	for n := range all {
		want := ops.NoReason
		if n == 2 || n == 4 {
			want = ops.Error
		}
		if op := record(service, n, 10*time.Second); op.Reason != want {
			t.Errorf("record %d is %v, want %v", n, op.Reason, want)
		}
	}
	s.expect(t, map[string]uint64{records.SurfacedFailures: 2})
	if err := service.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.expect(t, map[string]uint64{
		records.SurfacedFailures: 2, records.FalseFailures: 1, records.Duplicates: 1, records.Lost: 1,
	})
}

// Counters that stay 0 because no look was possible would say that all is well: the error makes the trial invalid.
func TestAnAuditThatCannotBeDoneIsAnError(t *testing.T) {
	c := boot(t, 1)
	for _, audited := range []bool{true, false} {
		s := recording(around(t, c, "n1"))
		s.Members = []string{"http://127.0.0.1:1"}
		if !audited {
			s.Counters = nil // of a trial that keeps none
		}
		service, err := collector.New(repaired(), recorded...).Start(t.Context(), s.Env)
		if err != nil {
			t.Fatal(err)
		}
		if op := record(service, 0, 10*time.Second); op.Reason != ops.NoReason {
			t.Errorf("%+v", op)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err = service.Stop(ctx)
		cancel()
		if got := err != nil && strings.HasPrefix(err.Error(), "audit of the records: "); got != audited {
			t.Errorf("whether records are counted: %v; stopping ends with %v", audited, err)
		}
	}
}

func TestRecordsAreWrittenOnlyWhereAScenarioHasThem(t *testing.T) {
	c := boot(t, 1)
	if service := start(t, around(t, c, "n1"), repaired()); service.Operation(records.Stream) != nil {
		t.Error("no record was asked for")
	}
	service := start(t, recording(around(t, c, "n1")), repaired())
	for stream, want := range map[string]bool{records.Stream: true, "records": false} {
		if got := service.Operation(stream) != nil; got != want {
			t.Errorf("stream %q is served: %v, want %v", stream, got, want)
		}
	}
}

// A write that finds no leader, in both arms: its caller is told of a failure in either, of another and at another time. What
// is there in the end is not looked at: a write that waits may be proposed by the leader that comes back just then.
func TestRecordsOnAMemberWithoutALeader(t *testing.T) {
	for arm, want := range map[results.Arm]struct {
		patience time.Duration // in the one arm all of it passes, in the other none
		reason   ops.Reason
		counters map[string]uint64
	}{
		results.Before: {300 * time.Millisecond, ops.Ambiguous,
			map[string]uint64{records.Ambiguous: 1, records.Leaderless: 1}},
		results.After: {10 * time.Second, ops.Rejected,
			map[string]uint64{records.SurfacedFailures: 1, records.Leaderless: 1}},
	} {
		t.Run(string(arm), func(t *testing.T) {
			c := boot(t, 3)
			follower, err := chaos.Resolve(c, "follower.0")
			if err != nil {
				t.Fatal(err)
			}
			s := recording(around(t, c, follower))
			service, err := collector.New(fixes.Seams(requireleader.Fix, arm), witnessed...).Start(t.Context(), s.Env)
			if err != nil {
				t.Fatal(err)
			}
			// Neither arm repeats a write, and where the machine is busy the member may be without a leader before it is isolated.
			eventually(t, "a record is kept with a leader", func() bool {
				return record(service, 0, 10*time.Second).Reason == ops.NoReason
			})
			before := s.counted()
			heal := isolate(t, c, follower)
			await(t, s, harness.LeaderGone)
			if op := record(service, 1, want.patience); op.Reason != want.reason {
				t.Errorf("without a leader: %v, want %v", op.Reason, want.reason)
			}
			for name, n := range s.counted() {
				if got := n - before[name]; got != want.counters[name] {
					t.Errorf("the counter %s grew by %d, want %d", name, got, want.counters[name])
				}
			}
			heal()
			if err := service.Stop(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheTimeThatAWriteHangsIsCounted(t *testing.T) {
	s := recording(around(t, boot(t, 1), "n1"))
	const over = 50 * time.Millisecond
	seams := repaired()
	seams.NewWriter = func(part.Wire) records.Writer {
		return writing(func(ctx context.Context, _ records.Record) error {
			part.Pause(ctx, time.Second+over)
			return nil
		})
	}
	service, err := collector.New(seams, ops.Counter{Name: records.TimeHung}).Start(t.Context(), s.Env)
	if err != nil {
		t.Fatal(err)
	}
	record(service, 0, time.Minute)
	if err := service.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if got := time.Duration(s.counters[records.TimeHung].Load()); got < over || got > time.Minute {
		t.Errorf("a write of a second and %v hangs for %v", over, got)
	}
}

func TestCreateWritesARecordOnce(t *testing.T) {
	client := administrator(t, boot(t, 1).Endpoints()[0].ClientURL)
	for n := range 3 {
		r := records.Record{ID: "7", Value: fmt.Sprintf("7 attempt %d", n)}
		if err := records.Create(t.Context(), client, r); err != nil {
			t.Error(err)
		}
	}
	got, err := client.Get(t.Context(), records.Prefix, clientv3.WithPrefix())
	if err != nil || len(got.Kvs) != 1 || string(got.Kvs[0].Value) != "7 attempt 0" || got.Kvs[0].Version != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestPause(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	if !part.Pause(ctx, time.Nanosecond) {
		t.Error("it ends with a context that has not ended")
	}
	cancel()
	if part.Pause(ctx, time.Hour) {
		t.Error("it goes on when its context has ended")
	}
}
