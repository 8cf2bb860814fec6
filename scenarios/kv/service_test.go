package kv

import (
	"context"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/cluster"
	driver "aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/internal/scripted"
	"aftershock/internal/slow"
	"aftershock/results/ops"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// all does one of each operation.
var all = Config{
	Fix: "all", Scenario: "all", Says: "?", Keys: 50, KeySize: 24, ValueSize: 40, Skew: Zipf, Clients: 4,
	Connections: 3,
	Streams: []Stream{
		{Name: Put, Do: Put, Timeout: 10 * time.Second}, {Name: Range, Do: Range, Count: 1},
		{Name: "ten", Do: Range, Count: 10},
		{Name: RangeSerializable, Do: RangeSerializable, Count: 1}, {Name: TxnPut, Do: TxnPut, Count: 8},
		{Name: TxnMixed, Do: TxnMixed, Reads: 0.5}, {Name: Watch, Do: Watch, Count: 7},
		{Name: LeaseGrant, Do: LeaseGrant}, {Name: LeaseKeepAlive, Do: LeaseKeepAlive}, {Name: STM, Do: STM, Count: 3},
	},
}

// counters are those of a trial.
type counters map[string]*atomic.Uint64

func environment(w workload) (harness.Env, counters) {
	kept := counters{}
	for _, c := range w.Describe().Counters {
		kept[c.Name] = new(atomic.Uint64)
	}
	return harness.Env{Seed: 3, Counter: func(name string) *atomic.Uint64 { return kept[name] }}, kept
}

// member boots a cluster of one member, and the load on it.
func member(t *testing.T, c Config) (*service, counters, *cluster.Embedded) {
	t.Helper()
	root, err := os.MkdirTemp("/dev/shm", "aftershock-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	members, err := cluster.StartEmbedded(t.Context(), cluster.Config{
		Members: 1, Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond, DataRoot: root,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := members.Close(); err != nil {
			t.Error(err)
		}
	})
	w := workload{config: c}
	env, kept := environment(w)
	address, err := members.Pin("kv", "n1")
	if err != nil {
		t.Fatal(err)
	}
	env.Clients, env.Links = []string{"kv"}, map[string]string{"kv": address}
	env.Members = []string{members.Endpoints()[0].ClientURL}
	started, err := w.Start(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	return started.(*service), kept, members
}

// do does operation n of a stream, as the open loop would.
func do(s *service, stream string, n int) *driver.Op {
	op := &driver.Op{N: n, Deadline: clock.Now().Add(10 * time.Second)}
	s.Operation(stream)(op)
	return op
}

func TestEachOperationIsDoneAndAudited(t *testing.T) {
	slow.Boots(t)
	s, kept, members := member(t, all)
	if s.Operation("no such stream") != nil {
		t.Error("a stream that there is not has an operation")
	}
	for _, of := range all.Streams {
		for n := range 12 {
			if op := do(s, of.Name, n); op.Reason != ops.NoReason || (op.Aux > 0) && of.Do != Watch {
				t.Errorf("%s %d: %v, aux %d", of.Name, n, op.Reason, op.Aux)
			}
		}
	}
	for range 2 {
		if !s.Batch() {
			t.Error("an operation of the closed loop failed")
		}
	}
	for name, n := range kept {
		if n.Load() != 0 {
			t.Errorf("%s is %d", name, n.Load())
		}
	}
	// Behind the load's back, two acknowledged writes go.
	admin, err := members.Admin("n1")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range s.names[:2] {
		if _, err := admin.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	err = s.Stop(t.Context())
	want := "audit of the keys: 2 keys have lost an acknowledged write: " + s.names[0]
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("two keys were deleted, and the audit says %v", err)
	}
	if kept[writesLost].Load() != 2 {
		t.Errorf("%d keys are counted as lost", kept[writesLost].Load())
	}
}

// A load over a scripted client, on which each answer is chosen.
func over(t *testing.T, script ...scripted.Answer) (*service, counters) {
	t.Helper()
	client, _, err := scripted.Client(script...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	w := workload{config: all}
	env, kept := environment(w)
	s := &service{
		config: all, env: env, ctx: t.Context(), clients: []*clientv3.Client{client}, keys: newKeyspace(all, 3),
		values: newValues(all.ValueSize), loads: map[string]*stream{},
	}
	s.names = s.keys.names
	count := func(name string) func() { return func() { kept[name].Add(1) } }
	s.ledger = newLedger(len(s.names), count(revisionsBack), count(readsStale))
	for _, one := range all.Streams[:2] {
		made := &stream{Stream: one}
		if made.do, err = s.operations(made); err != nil {
			t.Fatal(err)
		}
		s.loads[one.Name] = made
	}
	return s, kept
}

func TestWhatBecameOfAWrite(t *testing.T) {
	for name, c := range map[string]struct {
		answer scripted.Answer
		want   ops.Reason
		known  bool // as acknowledged
	}{
		"committed":        {scripted.Commits, ops.NoReason, true},
		"without a leader": {scripted.Refuses(rpctypes.ErrGRPCNoLeader), ops.Rejected, false},
		"too large":        {scripted.Refuses(rpctypes.ErrGRPCRequestTooLarge), ops.Error, false},
		"leader changed":   {scripted.Refuses(rpctypes.ErrGRPCLeaderChanged), ops.Ambiguous, false},
		"reply lost":       {scripted.LosesTheReply, ops.Ambiguous, false},
	} {
		s, kept := over(t, c.answer)
		op := &driver.Op{Deadline: clock.Now().Add(100 * time.Millisecond)}
		if c.want != ops.Ambiguous {
			op.Deadline = clock.Now().Add(10 * time.Second)
		}
		s.Operation(Put)(op)
		key := s.keys.pick(tagOf(0, false, 0), 0)
		if op.Reason != c.want || (s.ledger.of(key).revision > 0) != c.known || kept[revisionsBack].Load() != 0 {
			t.Errorf("%s: %v, %+v; want %v", name, op.Reason, s.ledger.of(key), c.want)
		}
	}
}

// A member that answers from before what it has acknowledged is caught, by its revision and by the key.
func TestAStaleReadIsCaught(t *testing.T) {
	s, kept := over(t)
	if op := do(s, Put, 0); op.Reason != ops.NoReason {
		t.Fatal(op.Reason)
	}
	key := s.keys.pick(tagOf(0, false, 0), 0)
	s.ledger.wrote(key, 99, 1) // another client was told so
	s.ledger.answered(0, 99, true)
	for n := 0; kept[readsStale].Load() == 0 && n < 10_000; n++ {
		if op := do(s, Range, n); op.Reason != ops.NoReason {
			t.Fatal(op.Reason)
		}
	}
	if kept[readsStale].Load() != 1 || kept[revisionsBack].Load() == 0 {
		t.Errorf("%d stale reads, %d revisions went back", kept[readsStale].Load(), kept[revisionsBack].Load())
	}
}

func TestAnUnknownOperationIsRefused(t *testing.T) {
	s, _ := over(t)
	if _, err := s.operations(&stream{Stream: Stream{Do: "delete"}}); err == nil {
		t.Error("an operation that there is not was made")
	}
}

func TestTheWatchersOfAFanoutAreCounted(t *testing.T) {
	f := &fanout{watchers: 2, waiting: map[uint64]*delivery{}}
	a, b := f.expect(1), f.expect(2)
	f.saw(1)
	f.saw(2)
	f.saw(9) // of an operation that has ended
	select {
	case <-a.done:
		t.Error("one of two watchers is enough")
	default:
	}
	f.saw(1)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	select {
	case <-a.done:
	case <-ctx.Done():
		t.Error("both watchers have it, and it has not ended")
	}
	f.forget(2)
	f.saw(2)
	if b.left != 1 {
		t.Errorf("%d watchers are waited for by an operation that was given up", b.left)
	}
}
