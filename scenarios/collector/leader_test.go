package collector_test

import (
	"context"
	"math"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/harness/load"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
	lockacrossrpc "aftershock/scenarios/fixes/lock-across-rpc"
)

// isolate cuts a follower off from the other members, and gives its name and what heals it.
func isolate(t *testing.T, c *cluster.Embedded, follower string) (heal func()) {
	t.Helper()
	grudge := chaos.Grudge{}
	for _, m := range c.Members() {
		if m != follower {
			grudge[follower] = append(grudge[follower], m)
			grudge[m] = []string{follower}
		}
	}
	heal, err := c.Partition(grudge)
	if err != nil {
		t.Fatal(err)
	}
	return heal
}

func await(t *testing.T, s *surroundings, want harness.Signal) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	select {
	case got := <-s.signals:
		if got != want {
			t.Fatalf("the signal is %s, want %s", got, want)
		}
	case <-ctx.Done():
		t.Fatalf("no signal %s", want)
	}
}

// stale counts the values that carry the marker.
func stale(b *collector.Batch) int {
	marker := math.Float64bits(collector.Stale.(float64))
	count := 0
	for _, value := range b.Values {
		if math.Float64bits(value.(float64)) == marker {
			count++
		}
	}
	return count
}

func TestTheLossOfTheLeaderIsToldAndMarksBatches(t *testing.T) {
	for _, arm := range []results.Arm{results.Before, results.After} {
		t.Run(string(arm), func(t *testing.T) { loseTheLeader(t, arm) })
	}
}

func loseTheLeader(t *testing.T, arm results.Arm) {
	c := boot(t, 3)
	follower, err := chaos.Resolve(c, "follower.0")
	if err != nil {
		t.Fatal(err)
	}
	s := around(t, c, follower)
	marked := 0
	counters := []ops.Counter{{Name: collector.PublishesLeaderless}, {Name: collector.PublishesOpen}}
	s.declare(counters)
	service := start(t, s, watch(fixes.Seams(lockacrossrpc.Fix, arm),
		func(b *collector.Batch) { marked = stale(b) }), counters...)
	batch := func(flags ops.Flags, stale int) {
		t.Helper()
		op := load.Op{}
		service.Operation(collector.BatchStream)(&op)
		if op.Flags != flags || marked != stale || op.Reason != ops.NoReason {
			t.Errorf("a batch is %+v with %d stale values, want flags %d and %d", op, marked, flags, stale)
		}
	}
	leaderless, open := s.counters[collector.PublishesLeaderless], s.counters[collector.PublishesOpen]

	batch(0, 0)
	if op := publish(service, 10*time.Second); op.Reason != ops.NoReason || leaderless.Load()+open.Load() != 0 {
		t.Errorf("with a leader: %+v, %d publications count as begun without one, %d as open", op,
			leaderless.Load(), open.Load())
	}
	heal := isolate(t, c, follower)
	await(t, s, harness.LeaderGone)
	batch(ops.Trigger, series)
	batch(ops.Trigger, series)
	if n := s.counters[collector.UnderCancelled].Load(); n != 2 {
		t.Errorf("%d batches count as built under a cancelled context, want 2", n)
	}
	const patience = 75 * time.Millisecond
	if op := publish(service, patience); op.Reason != ops.Ambiguous {
		t.Errorf("without a leader a publication is %+v", op)
	}
	if leaderless.Load() != 1 || open.Load() != 1 { // alike in both arms, whichever holds a lock
		t.Errorf("%d publications count as begun without a leader, %d as open, want 1 and 1", leaderless.Load(),
			open.Load())
	}
	heal()
	await(t, s, harness.LeaderBack)
	batch(0, 0)
	eventually(t, "publications succeed again", func() bool {
		return publish(service, 10*time.Second).Reason == ops.NoReason
	})
}
