package chaos

import (
	"maps"
	"slices"
)

// consequence is what raft must do under a grudge, given who leads. A leader that does not exchange heartbeats and
// their answers with a majority steps down after an election time-out (CheckQuorum in etcd-io/raft, raft.go). A
// follower that does not hear its leader loses it.
type consequence struct {
	deposed bool     // the leader exchanges nothing with a majority
	elects  bool     // and another member, which can be elected in its place, does
	lose    []string // followers that do not hear a leader that stays
}

func (g Grudge) consequence(members []string, leader string) consequence {
	c := consequence{deposed: g.exchanges(members, leader) < majority(len(members))}
	for _, m := range members {
		switch {
		case c.deposed && m != leader && g.exchanges(members, m) >= majority(len(members)):
			c.elects = true
		case !c.deposed && g.cuts(leader, m):
			c.lose = append(c.lose, m)
		}
	}
	return c
}

// exchanges counts the members that one hears and is heard by, itself included.
func (g Grudge) exchanges(members []string, m string) int {
	n := 0
	for _, other := range members {
		if !g.cuts(m, other) && !g.cuts(other, m) {
			n++
		}
	}
	return n
}

// cuts tells whether nothing of one member arrives at another.
func (g Grudge) cuts(from, to string) bool { return slices.Contains(g[to], from) }

// direction is one of the links that a grudge cuts.
type direction struct{ from, to string }

// directions lists the links that a grudge cuts, in order.
func (g Grudge) directions() []direction {
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
func (g Grudge) telling(leader string) []direction {
	all := g.directions()
	leaders := slices.DeleteFunc(slices.Clone(all), func(d direction) bool { return d.from != leader && d.to != leader })
	if len(leaders) == 0 {
		return all
	}
	return leaders
}
