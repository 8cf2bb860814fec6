package faults_test

import (
	"context"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// brittle is a cluster whose runtime panics when something is done to a member.
type brittle struct {
	*chaostest.Cluster
	partitions int // that are left before one panics
}

func (b *brittle) Crash(context.Context, string) (clock.Nanos, error) { panic("in Crash") }

func (b *brittle) Stop(context.Context, string) (clock.Nanos, error) { panic("in Stop") }

func (b *brittle) Transfer(context.Context, string) error { panic("in Transfer") }

func (b *brittle) Partition(g chaos.Grudge) (func(), error) {
	if b.partitions == 0 {
		panic("in Partition")
	}
	b.partitions--
	return b.Cluster.Partition(g)
}

// A panic in a goroutine of a fault would end the test, and a run with all its heals.
func TestAPanicInTheBackgroundIsTheFailureOfItsFault(t *testing.T) {
	for _, e := range []plan.Event{
		{Fault: "all-kill"},
		{Fault: "leader-stop", Target: "leader"},
		{Fault: "rolling-restart", Params: plan.Params{"how": "stop", "pause": "0s"}},
		{Fault: "version-upgrade", Params: plan.Params{"members": "0", "pause": "0s"}},
		{Fault: "leader-transfer-storm", Params: plan.Params{"period": "100ms", "draw": "1"}},
		{Fault: "flapping-partition", Target: "leader", Params: plan.Params{"period": "200ms", "duty": "50"}},
	} {
		e.ID, e.For = "e1", time.Second
		healed := false
		err := chaos.Play(t.Context(), clock.Now(), []plan.Event{e}, &brittle{chaostest.New().Wire(t), 1}, faults.Find,
			func(m chaos.Moment) { healed = healed || m.Stage == chaos.Healed })
		if err == nil || healed == (e.Fault == "all-kill") { // which is undone before it is injected
			t.Errorf("%s: healed %t, error %v", e.Fault, healed, err)
		}
	}
}
