package chaos_test

import (
	"testing"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
)

func TestResolve(t *testing.T) {
	leaderless := chaostest.New()
	leaderless.Led = chaos.Leadership{}
	second := chaostest.New()
	second.Led.Member = "n2"
	for _, c := range []struct {
		in           *chaostest.Cluster
		symbol, want string
	}{
		{chaostest.New(), "leader", "n1"},
		{second, "leader", "n2"},
		{chaostest.New(), "follower.0", "n2"},
		{chaostest.New(), "follower.1", "n3"},
		{second, "follower.0", "n1"},
		{second, "follower.1", "n3"},
		{chaostest.New(), "client.collector", "n2"},
		{leaderless, "client.collector", "n2"},
		{chaostest.New(), "n3", "n3"},
		{leaderless, "n3", "n3"},
	} {
		got, err := chaos.Resolve(c.in, c.symbol)
		if got != c.want || err != nil {
			t.Errorf("leader %q: Resolve(%q) = %q, %v, want %q", c.in.Led.Member, c.symbol, got, err, c.want)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	leaderless := chaostest.New()
	leaderless.Led = chaos.Leadership{}
	const all = " (allowed: leader, follower.<k>, client.<name>, n1, n2, n3)"
	for _, c := range []struct {
		in           *chaostest.Cluster
		symbol, want string
	}{
		{leaderless, "leader", "target leader: no majority follows a leader"},
		{leaderless, "follower.0", "target follower.0: no majority follows a leader"},
		{chaostest.New(), "follower.2", "target follower.2: there are 2 followers, counted from 0"},
		{chaostest.New(), "follower.-1", "target follower.-1: there are 2 followers, counted from 0"},
		{chaostest.New(), "follower.", "target follower.: there are 2 followers, counted from 0"},
		{chaostest.New(), "follower.x", "target follower.x: there are 2 followers, counted from 0"},
		{chaostest.New(), "client.writer", "target client.writer: no such client is pinned to a member"},
		{chaostest.New(), "n4", `unknown target "n4"; did you mean "n1"?` + all},
		{chaostest.New(), "leadr", `unknown target "leadr"; did you mean "leader"?` + all},
		{chaostest.New(), "leader.1", `unknown target "leader.1"; did you mean "leader"?` + all},
		{chaostest.New(), "follower", `unknown target "follower"; did you mean "follower.<k>"?` + all},
		{chaostest.New(), "client", `unknown target "client"` + all},
		{chaostest.New(), "stranger", `unknown target "stranger"` + all},
		{chaostest.New(), "", `unknown target ""; did you mean "n1"?` + all},
	} {
		got, err := chaos.Resolve(c.in, c.symbol)
		if err == nil || err.Error() != c.want || got != "" {
			t.Errorf("Resolve(%q) = %q, %v\nwant the error %s", c.symbol, got, err, c.want)
		}
	}
}
