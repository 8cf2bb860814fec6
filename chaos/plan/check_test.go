package plan

import (
	"testing"
	"time"
)

var (
	rules = []FaultRule{
		{Name: "leader-transfer", Moves: true}, {Name: "partition-leader", Held: true}, {Name: "leader-kill"},
	}
	members = []string{"n1", "n2", "n3"}
)

func TestCheckAcceptsEveryExpandedPlan(t *testing.T) {
	if err := Check(ExpandAll("leader-churn", churn, 7, 200), rules, members); err != nil {
		t.Error(err)
	}
}

func TestCheckRefuses(t *testing.T) {
	clients := []Client{{Name: "c", Pin: "follower.1"}}
	at := func(s int) time.Duration { return time.Duration(s) * time.Second }
	const targets = "(allowed: leader, follower.0, follower.1, n1, n2, n3, client.c)"
	for _, c := range []struct {
		name string
		plan Plan
		want string
	}{
		{"member", Plan{Pair: 1, Clients: clients, Events: []Event{
			{ID: "e1", Fault: "leader-kill", Target: "n4", At: at(1)},
		}}, `pair 1: event e1: unknown target "n4"; did you mean "n1"? ` + targets},
		{"follower index", Plan{Pair: 2, Clients: clients, Events: []Event{
			{ID: "e1", Fault: "leader-kill", Target: "follower.2", At: at(1)},
		}}, `pair 2: event e1: unknown target "follower.2"; did you mean "follower.0"? ` + targets},
		{"which follower", Plan{Pair: 2, Clients: clients, Events: []Event{
			{ID: "e1", Fault: "leader-transfer", Target: "leader", To: "follower", At: at(1)},
		}}, `pair 2: event e1: unknown destination "follower"; did you mean "follower.0"? ` + targets},
		{"client", Plan{Pair: 1, Clients: clients, Events: []Event{
			{ID: "e1", Fault: "leader-kill", Target: "client.d", At: at(1)},
		}}, `pair 1: event e1: unknown target "client.d"; did you mean "client.c"? ` + targets},
		{"pin", Plan{Pair: 1, Clients: []Client{{Name: "c", Pin: "client.c"}}},
			`pair 1: client c: unknown pin "client.c" (allowed: leader, follower.0, follower.1, n1, n2, n3)`},
		{"fault", Plan{Pair: 1, Events: []Event{{ID: "e1", Fault: "leader-kil", Target: "n1", At: at(1)}}},
			`pair 1: event e1: unknown fault "leader-kil"; did you mean "leader-kill"? ` +
				`(allowed: leader-transfer, partition-leader, leader-kill)`},
		{"held without for", Plan{Pair: 1, Events: []Event{{ID: "e1", Fault: "partition-leader", Target: "n1", At: at(1)}}},
			`pair 1: event e1: partition-leader is held until it is healed: it needs for=`},
		{"for on another", Plan{Pair: 1, Events: []Event{
			{ID: "e1", Fault: "leader-kill", Target: "n1", At: at(1), For: at(1)},
		}},
			`pair 1: event e1: leader-kill takes no for=`},
		{"transfer without to", Plan{Pair: 1, Events: []Event{
			{ID: "e1", Fault: "leader-transfer", Target: "leader", At: at(1)},
		}},
			`pair 1: event e1: leader-transfer moves leadership: it needs to=`},
		{"to on another", Plan{Pair: 1, Events: []Event{{ID: "e1", Fault: "leader-kill", Target: "n1", To: "n2", At: at(1)}}},
			`pair 1: event e1: leader-kill takes no to=`},
		{"overlap", Plan{Pair: 1, Events: []Event{
			{ID: "e1", Fault: "partition-leader", Target: "n1", At: at(1), For: at(3)},
			{ID: "e2", Fault: "leader-kill", Target: "n1", At: at(2)},
			{ID: "e3", Fault: "leader-kill", Target: "n1", At: at(4)},
		}}, "pair 1: event e2: begins at 2s, which is not after the end of event e1 at 4s\n" +
			"pair 1: event e3: begins at 4s, which is not after the end of event e1 at 4s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := Check([]Plan{c.plan}, rules, members); err == nil || err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}
