package cluster

import (
	"context"
	"testing"

	"aftershock/chaos"
)

func TestAMajorityIsOneOfTheVoters(t *testing.T) {
	follows := func(member, leader string, term uint64) chaos.Observation {
		return chaos.Observation{Member: member, Kind: chaos.Elected, Leader: leader, Term: term}
	}
	says := func(member string, kind chaos.ObservationKind) chaos.Observation {
		return chaos.Observation{Member: member, Kind: kind}
	}
	for _, c := range []struct {
		name string
		seen []chaos.Observation
		want string
	}{
		{"no member follows", nil, ""},
		{"one of three", []chaos.Observation{follows("n1", "n1", 2)}, ""},
		{"two of three", []chaos.Observation{follows("n1", "n1", 2), follows("n2", "n1", 2)}, "n1"},
		{"two of three, in two terms", []chaos.Observation{follows("n1", "n1", 2), follows("n2", "n1", 3)}, ""},
		{"two of four", []chaos.Observation{
			follows("n1", "n1", 2), follows("n2", "n1", 2), says("n4", chaos.Joined),
		}, ""},
		{"three of four", []chaos.Observation{
			follows("n1", "n1", 2), follows("n2", "n1", 2), says("n4", chaos.Joined), follows("n4", "n1", 2),
		}, "n1"},
		{"a learner has no vote", []chaos.Observation{follows("n1", "n1", 2), follows("n4", "n1", 2)}, ""},
		{"what it said before it joined counts then", []chaos.Observation{
			follows("n4", "n1", 2), follows("n1", "n1", 2), follows("n2", "n1", 2), says("n4", chaos.Joined),
		}, "n1"},
		{"two of two, once one has left", []chaos.Observation{
			says("n3", chaos.Left), follows("n1", "n1", 2), follows("n2", "n1", 2),
		}, "n1"},
		{"one that has left has no vote", []chaos.Observation{
			says("n3", chaos.Left), follows("n1", "n3", 2), follows("n3", "n3", 2),
		}, ""},
		{"a leader that has left does not lead", []chaos.Observation{
			follows("n1", "n3", 2), follows("n2", "n3", 2), says("n3", chaos.Left),
		}, ""},
		{"one that comes back has to follow anew", []chaos.Observation{
			follows("n3", "n1", 2), says("n3", chaos.Left), says("n3", chaos.Exited), says("n3", chaos.Joined), follows("n1", "n1", 2),
		}, ""},
		{"one that joins twice votes once", []chaos.Observation{
			says("n3", chaos.Joined), follows("n1", "n1", 2), follows("n2", "n1", 2),
		}, "n1"},
		{"one that is gone follows no leader", []chaos.Observation{
			follows("n1", "n1", 2), follows("n2", "n1", 2), says("n1", chaos.Exited),
		}, ""},
	} {
		j := newJournal(Names(3))
		for _, o := range c.seen {
			j.add(o)
		}
		if leader, ok := j.Leader(); leader.Member != c.want || ok != (c.want != "") {
			t.Errorf("%s: %v leads (%v), want %q", c.name, leader, ok, c.want)
		}
	}
}

func TestALeaderThatWillNotDoIsNotWaitedOut(t *testing.T) {
	j := newJournal(Names(1))
	j.add(chaos.Observation{Member: "n1", Kind: chaos.Elected, Leader: "n1", Term: 2})
	ctx, cancel := context.WithCancel(context.Background())
	asked := 0
	_, err := j.awaitLeader(ctx, func(chaos.Leadership) bool {
		asked++
		cancel()
		return false
	})
	if err == nil || asked == 0 {
		t.Errorf("asked %d times, error %v", asked, err)
	}
}
