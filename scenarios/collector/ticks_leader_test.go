package collector_test

import (
	"testing"

	"aftershock/chaos"
	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
	coupledtick "aftershock/scenarios/fixes/coupled-tick"
)

// Every second batch is a tick. Without a leader those of before are incomplete, and are not handed on.
func TestTheLossOfTheLeaderCostsTicksOnlyBefore(t *testing.T) {
	for _, arm := range []results.Arm{results.Before, results.After} {
		t.Run(string(arm), func(t *testing.T) {
			c := boot(t, 3)
			follower, err := chaos.Resolve(c, "follower.0")
			if err != nil {
				t.Fatal(err)
			}
			s := around(t, c, follower)
			s.Settings[collector.TicksSetting] = 2
			s.declare(coupledtick.Fix.Counters)
			handedOn := 0
			seams := watch(fixes.Seams(coupledtick.Fix, arm), func(*collector.Batch) { handedOn++ })
			service := start(t, s, seams, coupledtick.Fix.Counters...)
			whole := func() bool {
				batch, tick := service.Batch(), service.Batch()
				return batch && tick
			}
			eventually(t, "with a leader ticks are complete", whole)
			if n := s.counters[collector.TicksLeaderless].Load(); n != 0 {
				t.Errorf("with a leader %d ticks count as begun without one", n)
			}
			heal := isolate(t, c, follower)
			await(t, s, harness.LeaderGone)
			handedOn = 0
			for n := range 2 * s.Capacity { // more than there are maps, so that all of them have to come back
				want := load.Op{Flags: ops.Trigger}
				if arm == results.Before && n%2 == 1 {
					want = load.Op{Flags: ops.Trigger | ops.Partial, Reason: ops.Error}
				}
				var op load.Op
				service.Operation(collector.BatchStream)(&op)
				if op.Flags != want.Flags || op.Reason != want.Reason {
					t.Errorf("without a leader batch %d is %+v, want flags %d and reason %v", n, op, want.Flags, want.Reason)
				}
			}
			if want := map[results.Arm]int{results.Before: s.Capacity, results.After: 2 * s.Capacity}[arm]; handedOn != want {
				t.Errorf("without a leader %d batches are handed on, want %d", handedOn, want)
			}
			if n := s.counters[collector.TicksLeaderless].Load(); n != uint64(s.Capacity) {
				t.Errorf("%d ticks count as begun without a leader, want %d", n, s.Capacity)
			}
			heal()
			await(t, s, harness.LeaderBack)
			eventually(t, "ticks are complete again", whole)
		})
	}
}
