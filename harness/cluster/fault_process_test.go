package cluster

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// during is all that was observed since a fault was injected. It is over, but what a member says of its start may come
// after what it says of its leader, with which it has recovered.
func during(c *Processes, reached map[chaos.Stage]chaos.Moment) []chaos.Observation {
	var seen []chaos.Observation
	for _, o := range c.Observations() {
		if o.At >= reached[chaos.Injected].At {
			seen = append(seen, o)
		}
	}
	return seen
}

// said lists who said something of a kind, in the order in which they did.
func said(seen []chaos.Observation, kind chaos.ObservationKind) []string {
	slices.SortStableFunc(seen, func(a, b chaos.Observation) int { return int(a.At - b.At) })
	var who []string
	for _, o := range seen {
		if o.Kind == kind {
			who = append(who, o.Member)
		}
	}
	return who
}

func leaderOf(t *testing.T, c *Processes) chaos.Leadership {
	t.Helper()
	leader, err := c.awaitLeader(patience(t), anyLeader)
	if err != nil {
		t.Fatal(err)
	}
	return leader
}

func TestAKilledFollowerCostsNoElection(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	before := leaderOf(t, c)
	reached := playFault(t, c, spec("follower-kill", "follower.1", 2500*time.Millisecond, nil))
	target := reached[chaos.Injected].Resolved["target"]
	seen := during(c, reached)
	if exited := said(seen, chaos.Exited); !slices.Equal(exited, []string{target}) || target == before.Member {
		t.Errorf("%v ended, the target was %s, the leader %s", exited, target, before.Member)
	}
	if started := said(seen, chaos.Started); !slices.Equal(started, []string{target}) {
		t.Errorf("%v started, the target was %s", started, target)
	}
	if reached[chaos.Effective].Observed != target+" is gone" {
		t.Errorf("observed %q", reached[chaos.Effective].Observed)
	}
}

func TestAStoppedLeaderIsRestarted(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	before := leaderOf(t, c)
	reached := playFault(t, c, spec("leader-stop", "leader", 8*time.Second, nil))
	seen := during(c, reached)
	if exited := said(seen, chaos.Exited); !slices.Equal(exited, []string{before.Member}) {
		t.Errorf("%v ended, the leader was %s", exited, before.Member)
	}
	for _, o := range seen {
		if o.Kind == chaos.Exited && o.At < reached[chaos.Effective].At {
			t.Errorf("the leader was gone before another one was followed: it did not hand over")
		}
	}
}

func TestAPausedMemberIsMissed(t *testing.T) {
	slow.Boots(t)
	for fault, target := range map[string]string{"leader-pause": "leader", "follower-pause": "follower.0"} {
		t.Run(fault, func(t *testing.T) {
			c := start(t, config(t, 3))
			before := leaderOf(t, c)
			reached := playFault(t, c, spec(fault, target, 5*time.Second, nil))
			paused := reached[chaos.Injected].Resolved["target"]
			if (paused == before.Member) != (fault == "leader-pause") {
				t.Errorf("paused %s while %s led", paused, before.Member)
			}
			held := slices.DeleteFunc(during(c, reached), func(o chaos.Observation) bool { return o.At > reached[chaos.Healed].At })
			for _, o := range held {
				if o.Member == paused {
					t.Errorf("it spoke while it was paused: %+v", o)
				}
			}
			if fault == "follower-pause" && !strings.HasPrefix(reached[chaos.Effective].Observed, paused+" answers nothing") {
				t.Errorf("observed %q", reached[chaos.Effective].Observed)
			}
		})
	}
}

func TestAPowerCutEndsAllAtOnce(t *testing.T) {
	slow.Boots(t)
	for _, members := range []int{1, 3} {
		c := start(t, config(t, members))
		before := leaderOf(t, c)
		reached := playFault(t, c, spec("all-kill", "", 3*time.Second, nil))
		seen := during(c, reached)
		exited, started := said(seen, chaos.Exited), said(seen, chaos.Started)
		slices.Sort(exited)
		slices.Sort(started)
		if !slices.Equal(exited, c.Members()) || !slices.Equal(started, c.Members()) {
			t.Errorf("%d members: %v ended, %v started", members, exited, started)
		}
		if after := leaderOf(t, c); after.Term <= before.Term {
			t.Errorf("%d members: the term went from %d to %d", members, before.Term, after.Term)
		}
		noKeys(t, c)
	}
}

// noKeys tells whether a fault has left a key behind.
func noKeys(t *testing.T, c *Processes) {
	t.Helper()
	client, err := c.Admin(leaderOf(t, c).Member)
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.Get(patience(t), "aftershock/faults/", clientv3.WithPrefix())
	if err != nil || len(got.Kvs) > 0 {
		t.Errorf("keys of faults that are over: %v, %v", got, err)
	}
}

func TestARollingRestartTakesTheLeaderLast(t *testing.T) {
	slow.Boots(t)
	for _, how := range []string{"stop", "kill"} {
		t.Run(how, func(t *testing.T) {
			c := start(t, config(t, 3))
			before := leaderOf(t, c)
			reached := playFault(t, c, spec("rolling-restart", "", 12*time.Second, plan.Params{"how": how, "pause": "0s"}))
			seen := during(c, reached)
			order := strings.Fields(reached[chaos.Injected].Resolved["order"])
			if exited := said(seen, chaos.Exited); !slices.Equal(exited, order) {
				t.Errorf("%v ended, in another order than %v", exited, order)
			}
			if started := said(seen, chaos.Started); !slices.Equal(started, order) {
				t.Errorf("%v started, in another order than %v", started, order)
			}
			if order[2] != before.Member {
				t.Errorf("the order is %v, and %s led", order, before.Member)
			}
			// Never two at a time.
			down := 0
			for _, o := range seen {
				switch o.Kind {
				case chaos.Exited:
					down++
				case chaos.Started:
					down--
				default:
				}
				if down > 1 {
					t.Fatalf("%d members are down at a time: %+v", down, seen)
				}
			}
		})
	}
}

// An interrupted round is an error, and leaves no member down.
func TestARollingRestartThatIsCutShortIsAnError(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	p := plan.Expand("test", plan.Spec{Members: 3, Faults: []plan.FaultSpec{
		spec("rolling-restart", "", 3*time.Second, plan.Params{"how": "kill", "pause": "1m"}),
	}}, faults.Rules(), 1, 1)
	var recovered bool
	err := chaos.Play(patience(t), clock.Now(), p.Events, c, faults.Find, func(m chaos.Moment) {
		recovered = recovered || m.Stage == chaos.Recovered
	})
	if err == nil || !strings.Contains(err.Error(), "1 of 3 members were restarted") || recovered {
		t.Errorf("recovered: %v, error %v", recovered, err)
	}
	if err := c.Write(patience(t)); err != nil {
		t.Error(err)
	}
	for _, m := range c.Members() {
		if !c.works(m) {
			t.Errorf("%s is down", m)
		}
	}
	noDeath(t, c)
}

func TestAStormMovesTheLeaderAgainAndAgain(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	before := leaderOf(t, c)
	reached := playFault(t, c, spec("leader-transfer-storm", "", 5*time.Second, plan.Params{"period": "100ms"}))
	terms := map[uint64]bool{}
	for _, o := range during(c, reached) {
		if o.Follows(o.Leader) && o.Term > before.Term {
			terms[o.Term] = true
		}
	}
	if len(terms) < 2 {
		t.Errorf("%d terms began: %q", len(terms), reached[chaos.Recovered].Observed)
	}
	if !strings.Contains(reached[chaos.Recovered].Observed, "moves, to n") {
		t.Errorf("observed %q", reached[chaos.Recovered].Observed)
	}
	// It is over: the leader is not moved any more.
	calm, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if o, err := c.Await(calm, reached[chaos.Recovered].At, func(chaos.Observation) bool { return true }); err == nil {
		t.Errorf("after the heal: %+v", o)
	}
}
