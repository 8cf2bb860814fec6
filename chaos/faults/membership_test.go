package faults_test

import (
	"context"
	"errors"
	"testing"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
)

// heal tries a heal until it works: what failed once must be continued and not done twice.
func heal(t *testing.T, f *chaostest.Cluster, ongoing chaos.Ongoing, fails string) {
	t.Helper()
	f.Fails[fails] = errors.New("no port")
	if err := ongoing.Heal(context.Background()); !errors.Is(err, f.Fails[fails]) {
		t.Errorf("%s fails, and the heal's error is %v", fails, err)
	}
	delete(f.Fails, fails)
	for range 2 {
		if err := ongoing.Heal(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

func TestFaultsOfTheMembershipUndoWhatTheyDid(t *testing.T) {
	for _, c := range []struct {
		event plan.Event
		fails string
		done  []string
	}{
		{plan.Event{Fault: "member-replace", Target: "leader"}, "add n1", []string{
			"crash n1", "remove n1", "add n1", "add n1",
		}},
		{plan.Event{Fault: "member-remove", Target: "n2"}, "promote n2", []string{
			"remove n2", "add n2 as a learner", "promote n2", "promote n2",
		}},
		{plan.Event{Fault: "member-remove", Target: "n2"}, "add n2 as a learner", []string{
			"remove n2", "add n2 as a learner", "add n2 as a learner", "promote n2",
		}},
		{plan.Event{Fault: "learner-promote"}, "remove n4", []string{
			"add n4 as a learner", "promote n4", "remove n4", "remove n4",
		}},
	} {
		f := chaostest.New()
		ongoing, err := inject(t, f, c.event)
		if err != nil {
			t.Fatal(err)
		}
		heal(t, f, ongoing, c.fails)
		chaostest.Compare(t, c.event.Fault, f.Operations(), c.done)
		chaostest.Compare(t, "members after "+c.event.Fault, sorted(f.Members()), []string{"n1", "n2", "n3"})
	}
}

func TestFaultsOfTheMembershipThatFailLeaveNothing(t *testing.T) {
	for _, c := range []struct {
		event plan.Event
		fails string
		done  []string
	}{
		{plan.Event{Fault: "member-replace", Target: "n3"}, "crash n3", []string{"crash n3"}},
		{plan.Event{Fault: "member-replace", Target: "n3"}, "remove n3",
			[]string{"crash n3", "remove n3", "restart n3"}},
		{plan.Event{Fault: "member-remove", Target: "n3"}, "remove n3", []string{"remove n3"}},
		{plan.Event{Fault: "learner-promote"}, "add n4 as a learner", []string{"add n4 as a learner"}},
		{plan.Event{Fault: "learner-promote"}, "promote n4",
			[]string{"add n4 as a learner", "promote n4", "remove n4"}},
	} {
		f := chaostest.New()
		f.Fails[c.fails] = errors.New("no majority")
		ongoing, err := inject(t, f, c.event)
		if !errors.Is(err, f.Fails[c.fails]) || errors.Is(err, chaos.ErrUnhealed) || ongoing != nil {
			t.Errorf("%s, %s fails: ongoing %v, error %v", c.event.Fault, c.fails, ongoing, err)
		}
		chaostest.Compare(t, c.event.Fault+", "+c.fails+" fails", f.Operations(), c.done)
		chaostest.Compare(t, "members", sorted(f.Members()), []string{"n1", "n2", "n3"})
	}
}

func TestANewMemberTakesANameThatIsFree(t *testing.T) {
	f := chaostest.New()
	f.Names = []string{"n1", "n2", "n4"}
	if _, err := inject(t, f, plan.Event{Fault: "learner-promote"}); err != nil {
		t.Fatal(err)
	}
	chaostest.Compare(t, "done to the cluster", f.Operations(), []string{"add n5 as a learner", "promote n5"})
}
