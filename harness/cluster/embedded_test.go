package cluster

import (
	"context"
	"strings"
	"testing"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
)

func startEmbedded(t *testing.T) *Embedded {
	t.Helper()
	e, err := StartEmbedded(patience(t), config(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestEmbeddedMembersTransferAndArePartitioned(t *testing.T) {
	slow.Boots(t)
	e := startEmbedded(t)
	if err := e.Write(patience(t)); err != nil {
		t.Fatal(err)
	}
	events := []plan.Event{
		{ID: "e1", Fault: "leader-transfer", Target: "leader", To: "follower.0"},
		{ID: "e2", Fault: "partition-leader", Target: "leader", At: 500e6, For: 2500e6},
	}
	reached := map[string]bool{}
	err := chaos.Play(patience(t), clock.Now(), events, e, faults.Find, func(m chaos.Moment) {
		reached[m.Event+" "+string(m.Stage)] = true
	})
	if err != nil {
		t.Fatalf("%v; seen: %+v", err, e.Observations())
	}
	for _, want := range []string{"e1 effective", "e1 recovered", "e2 effective", "e2 healed", "e2 recovered"} {
		if !reached[want] {
			t.Errorf("stage %q was not reached: %v", want, reached)
		}
	}
}

func TestEmbeddedMembersRefuseWhatTheyCannotSuffer(t *testing.T) {
	slow.Boots(t)
	e := startEmbedded(t)
	if _, err := e.Crash(context.Background(), "n1"); err == nil || !strings.Contains(err.Error(), "--cluster processes") {
		t.Errorf("crash: %v", err)
	}
	if _, err := e.Partition(chaos.Grudge{"n1": {"n2"}}); err == nil || !strings.Contains(err.Error(), "one direction") {
		t.Errorf("one-way partition: %v", err)
	}
	if _, err := e.Partition(chaos.Grudge{"n1": {"n9"}, "n9": {"n1"}}); err == nil || !strings.Contains(err.Error(), "n9") {
		t.Errorf("partition with an unknown member: %v", err)
	}
}
