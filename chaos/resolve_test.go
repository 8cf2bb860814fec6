package chaos_test

import (
	"testing"

	"aftershock/chaos"
)

func TestResolve(t *testing.T) {
	leaderless := cluster()
	leaderless.leader = chaos.Leadership{}
	second := cluster()
	second.leader.Member = "n2"
	for _, c := range []struct {
		in           *fake
		symbol, want string
	}{
		{cluster(), "leader", "n1"},
		{second, "leader", "n2"},
		{cluster(), "follower.0", "n2"},
		{cluster(), "follower.1", "n3"},
		{second, "follower.0", "n1"},
		{second, "follower.1", "n3"},
		{cluster(), "client.collector", "n2"},
		{leaderless, "client.collector", "n2"},
		{cluster(), "n3", "n3"},
		{leaderless, "n3", "n3"},
	} {
		got, err := chaos.Resolve(c.in, c.symbol)
		if got != c.want || err != nil {
			t.Errorf("leader %q: Resolve(%q) = %q, %v, want %q", c.in.leader.Member, c.symbol, got, err, c.want)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	leaderless := cluster()
	leaderless.leader = chaos.Leadership{}
	const all = " (allowed: leader, follower.<k>, client.<name>, n1, n2, n3)"
	for _, c := range []struct {
		in           *fake
		symbol, want string
	}{
		{leaderless, "leader", "target leader: no majority follows a leader"},
		{leaderless, "follower.0", "target follower.0: no majority follows a leader"},
		{cluster(), "follower.2", "target follower.2: there are 2 followers, counted from 0"},
		{cluster(), "follower.-1", "target follower.-1: there are 2 followers, counted from 0"},
		{cluster(), "follower.", "target follower.: there are 2 followers, counted from 0"},
		{cluster(), "follower.x", "target follower.x: there are 2 followers, counted from 0"},
		{cluster(), "client.writer", "target client.writer: no such client is pinned to a member"},
		{cluster(), "n4", `unknown target "n4"; did you mean "n1"?` + all},
		{cluster(), "leadr", `unknown target "leadr"; did you mean "leader"?` + all},
		{cluster(), "leader.1", `unknown target "leader.1"; did you mean "leader"?` + all},
		{cluster(), "follower", `unknown target "follower"; did you mean "follower.<k>"?` + all},
		{cluster(), "client", `unknown target "client"` + all},
		{cluster(), "stranger", `unknown target "stranger"` + all},
		{cluster(), "", `unknown target ""; did you mean "n1"?` + all},
	} {
		got, err := chaos.Resolve(c.in, c.symbol)
		if err == nil || err.Error() != c.want || got != "" {
			t.Errorf("Resolve(%q) = %q, %v\nwant the error %s", c.symbol, got, err, c.want)
		}
	}
}
