package plan

import (
	"testing"
	"time"
)

var (
	rules = []FaultRule{
		{Name: "leader-transfer", Moves: true, Takes: quorum}, {Name: "partition-leader", Held: true, Takes: quorum},
		{Name: "leader-kill", Takes: quorum},
		{Name: "link", Held: true, Takes: []Resource{PeerLinks}, Params: []Param{
			{Name: "latency", Kind: Duration, Default: "50ms", Low: "1ms", High: "10s"},
			{Name: "rate", Kind: Size, Default: "64KiB", Low: "1KiB", High: "1GiB"},
			{Name: "on", Kind: OneOf, Default: "peers", Choices: []string{"peers", "clients"}},
		}},
		{Name: "halves", Held: true, Aim: AtCluster, Draws: true, Members: 3, Takes: quorum,
			Params: []Param{{Name: "times", Kind: Count, Default: "2", Low: "1", High: "9"}}},
		{Name: "cut", Held: true, Aim: AtClient, Takes: []Resource{ClientLinks}},
		{Name: "clock", Unavailable: "a kernel that lets it"},
		{Name: "slow", Room: 3 * time.Second, Takes: []Resource{Storage}},
	}
	members = []string{"n1", "n2", "n3"}
	quorum  = []Resource{Quorum}
)

func TestCheckAcceptsEveryExpandedPlan(t *testing.T) {
	if err := Check(ExpandAll("leader-churn", churn, rules, 7, 200), rules, members, nil); err != nil {
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
				`(allowed: leader-transfer, partition-leader, leader-kill, link, halves, cut, clock, slow)`},
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
		}}, "pair 1: event e2: takes the quorum from 2s to 2s, and event e1 (partition-leader) takes the same " +
			"from 1s to 4s\npair 1: event e3: takes the quorum from 4s to 4s, and event e1 (partition-leader) " +
			"takes the same from 1s to 4s"},
		{"room", Plan{Pair: 1, Events: []Event{
			{ID: "e1", Fault: "slow", Target: "n1", At: at(1)},
			{ID: "e2", Fault: "slow", Target: "n1", At: at(4)},
			{ID: "e4", Fault: "slow", Target: "n2", At: at(4)},
			{ID: "e3", Fault: "leader-kill", Target: "n2", At: at(4)},
		}}, "pair 1: event e2: takes the storage from 4s to 7s, and event e1 (slow) takes the same from 1s to 4s"},
		{"no target", Plan{Pair: 1, Events: []Event{{ID: "e1", Fault: "leader-kill", At: at(1)}}},
			"pair 1: event e1: leader-kill needs target="},
		{"a target for the whole cluster", Plan{Pair: 1, Events: []Event{
			{ID: "e1", Fault: "halves", Target: "n1", At: at(1), For: at(1), Params: Params{"times": "2", "draw": "7"}},
		}}, "pair 1: event e1: halves hits the whole cluster: it takes no target="},
		{"a member for a client", Plan{Pair: 1, Clients: clients, Events: []Event{
			{ID: "e1", Fault: "cut", Target: "n1", At: at(1), For: at(1)},
		}}, `pair 1: event e1: unknown client to hit "n1" (allowed: client.c)`},
		{"unavailable", Plan{Pair: 1, Events: []Event{{ID: "e1", Fault: "clock", Target: "n1", At: at(1)}}},
			"pair 1: event e1: clock is not available: it needs a kernel that lets it"},
		{"parameters", Plan{Pair: 1, Events: []Event{
			{ID: "e1", Fault: "link", Target: "n1", At: at(1), For: at(1), Params: Params{"latency": "11s", "on": "peer", "latincy": "1s"}},
		}}, "pair 1: event e1: latency=11s is out of range (allowed: 1ms to 10s)\n" +
			`pair 1: event e1: link: unknown parameter "latincy"; did you mean "latency"? (allowed: latency, rate, on)` + "\n" +
			`pair 1: event e1: unknown on "peer"; did you mean "peers"? (allowed: peers, clients)` + "\n" +
			"pair 1: event e1: link lacks rate= (allowed: 1KiB to 1GiB)"},
		{"parameters of none", Plan{Pair: 1, Events: []Event{
			{ID: "e1", Fault: "leader-kill", Target: "n1", At: at(1), Params: Params{"draw": "1"}},
		}}, `pair 1: event e1: leader-kill takes no parameters, and so no "draw"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := Check([]Plan{c.plan}, rules, members, nil); err == nil || err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestCheckRefusesASmallCluster(t *testing.T) {
	p := Plan{Pair: 1, Events: []Event{{ID: "e1", Fault: "halves", For: time.Second, Params: Params{"times": "1", "draw": "0"}}}}
	want := "pair 1: event e1: halves needs 3 members, the cluster has 2"
	if err := Check([]Plan{p}, rules, members[:2], nil); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := Check([]Plan{p}, rules, members, nil); err != nil {
		t.Error(err)
	}
}
