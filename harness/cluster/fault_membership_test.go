package cluster

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
)

// ids asks the cluster for its members' raft ids.
func ids(t *testing.T, c *Processes) map[string]uint64 {
	t.Helper()
	client, err := c.Admin(leaderOf(t, c).Member)
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.MemberList(patience(t))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]uint64{}
	for _, m := range list.Members {
		all[m.Name] = m.ID
	}
	return all
}

func TestAMemberIsAnotherOneWhenItComesBack(t *testing.T) {
	slow.Boots(t)
	for _, s := range []plan.FaultSpec{
		spec("member-replace", "follower.0", 4*time.Second, nil),
		spec("member-replace", "leader", 6*time.Second, nil),
		spec("member-remove", "follower.1", 6*time.Second, nil),
		spec("member-remove", "leader", 8*time.Second, nil),
	} {
		t.Run(s.Fault+" "+s.Target, func(t *testing.T) {
			c := start(t, config(t, 3))
			leader, before := leaderOf(t, c), ids(t, c)
			reached := playFault(t, c, s)
			target := reached[chaos.Injected].Resolved["target"]
			if (target == leader.Member) != (s.Target == "leader") {
				t.Errorf("the target was %s, the leader %s", target, leader.Member)
			}
			if want := target + " is not a member any more"; reached[chaos.Effective].Observed != want {
				t.Errorf("observed %q, want %q", reached[chaos.Effective].Observed, want)
			}
			for name, id := range ids(t, c) {
				if (id == before[name]) == (name == target) {
					t.Errorf("%s had the id %x, and has %x; the target was %s", name, before[name], id, target)
				}
			}
			seen := during(c, reached)
			if left, joined := said(seen, chaos.Left), said(seen, chaos.Joined); !slices.Equal(left, []string{target}) ||
				!slices.Equal(joined, left) {
				t.Errorf("%v left, %v joined", left, joined)
			}
			expect(t, c, three, three, nil)
		})
	}
}

func TestALearnerIsPromotedAndRemoved(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	before := ids(t, c)
	reached := playFault(t, c, spec("learner-promote", "", 8*time.Second, nil))
	if got := reached[chaos.Done].Observed; !strings.HasPrefix(got, "n4 follows ") ||
		!strings.HasSuffix(got, " and votes") {
		t.Errorf("observed %q", got)
	}
	seen := during(c, reached)
	if joined, left := said(seen, chaos.Joined), said(seen, chaos.Left); !slices.Equal(joined, []string{"n4"}) ||
		!slices.Equal(left, joined) {
		t.Errorf("%v joined, %v left", joined, left)
	}
	expect(t, c, three, three, nil)
	for name, id := range ids(t, c) {
		if before[name] != id {
			t.Errorf("%s is another one", name)
		}
	}
}

func TestARestoredClusterHasLostWhatCameAfterTheSnapshot(t *testing.T) {
	slow.Boots(t)
	for _, members := range []int{1, 3} {
		c := start(t, config(t, members))
		before := ids(t, c)
		left := leftovers(t)
		reached := playFault(t, c, spec("snapshot-restore", "", 0, nil))
		if lost := reached[chaos.Injected].Resolved["lost"]; !strings.HasPrefix(reached[chaos.Effective].Observed,
			"what was written at revision "+lost+" is gone") {
			t.Errorf("observed %q, the revision was %s", reached[chaos.Effective].Observed, lost)
		}
		exited := said(during(c, reached), chaos.Exited)
		slices.Sort(exited)
		if !slices.Equal(exited, c.Members()) {
			t.Errorf("%v ended", exited)
		}
		for name, id := range ids(t, c) {
			if before[name] != id {
				t.Errorf("%s is another one", name)
			}
		}
		noKeys(t, c)
		if after := leftovers(t); len(after) > len(left) {
			t.Errorf("files that were left: %v", after)
		}
	}
}

func leftovers(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(os.TempDir(), "aftershock-snapshot-*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Faults of the membership can follow each other: the cluster is whole each time, and knows who is who.
func TestFaultsOfTheMembershipFollowEachOther(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	before := clock.Now()
	for _, s := range []plan.FaultSpec{
		spec("member-replace", "follower.0", 4*time.Second, nil),
		spec("snapshot-restore", "", 0, nil),
		spec("learner-promote", "", 8*time.Second, nil),
	} {
		playFault(t, c, s)
	}
	for _, o := range c.Observations() {
		if o.At > before && o.Leader != "" && !strings.HasPrefix(o.Leader, "n") {
			t.Errorf("an id that is no member's name: %+v", o)
		}
	}
	expect(t, c, three, three, nil)
}
