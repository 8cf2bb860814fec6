package faults

import (
	"maps"
	"slices"

	"aftershock/chaos"
)

// consequence is what raft must do under a grudge, given who leads. A leader that does not exchange heartbeats and
// their answers with a majority steps down after an election time-out (CheckQuorum in etcd-io/raft, raft.go). A
// follower that does not hear its leader loses it.
type consequence struct {
	deposed bool     // the leader exchanges nothing with a majority
	elects  bool     // and another member, which can be elected in its place, does
	lose    []string // followers that do not hear a leader that stays
}

func consequenceOf(g chaos.Grudge, members []string, leader string) consequence {
	c := consequence{deposed: exchanges(g, members, leader) < majority(len(members))}
	for _, m := range members {
		switch {
		case c.deposed && m != leader && exchanges(g, members, m) >= majority(len(members)):
			c.elects = true
		case !c.deposed && cuts(g, leader, m):
			c.lose = append(c.lose, m)
		}
	}
	return c
}

// exchanges counts the members that one hears and is heard by, itself included.
func exchanges(g chaos.Grudge, members []string, m string) int {
	n := 0
	for _, other := range members {
		if !cuts(g, m, other) && !cuts(g, other, m) {
			n++
		}
	}
	return n
}

// cuts tells whether nothing of one member arrives at another.
func cuts(g chaos.Grudge, from, to string) bool { return slices.Contains(g[to], from) }

// direction is one of the links that a grudge cuts.
type direction struct{ from, to string }

// directions lists the links that a grudge cuts, in order.
func directions(g chaos.Grudge) []direction {
	var all []direction
	for _, hearer := range slices.Sorted(maps.Keys(g)) {
		for _, heard := range g[hearer] {
			all = append(all, direction{heard, hearer})
		}
	}
	return all
}

// telling lists the cut links on which members must send under this leader: heartbeats go from it and their answers to
// it, once a tick. Where no such link is cut, all are listed: on the others, streams are kept alive with a message
// every 1.7 s (linkHeartbeatMessage in etcd's rafthttp/stream.go).
func telling(g chaos.Grudge, leader string) []direction {
	all := directions(g)
	leaders := slices.DeleteFunc(slices.Clone(all), func(d direction) bool {
		return d.from != leader && d.to != leader
	})
	if len(leaders) == 0 {
		return all
	}
	return leaders
}
