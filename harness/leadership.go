package harness

import (
	"cmp"
	"slices"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
)

// reign is a span of time that begins when the cluster came to follow a leader, or none, and ends with the next one.
type reign struct {
	from   clock.Nanos
	leader chaos.Leadership // the zero value while no leader is followed
}

// reigns works out of what single members were seen to do whom the cluster as a whole followed, and since when.
//
// A cluster follows a leader while a majority of its voting members follows it in one term, and it follows itself. Both
// are needed. An isolated leader still believes in itself, and has no majority. A leader that was killed has one, until
// its followers' election time-outs: they follow nobody. A member that is paused says nothing, and goes on counting for
// what it said last: a majority without it decides. Two reigns of one leader in adjacent terms are two.
//
// The voting members are those that the cluster was booted with, and as observations tell afterwards: one that joins
// counts from then on, and a learner, which follows a leader too, not before.
func reigns(seen []chaos.Observation, booted []string) []reign {
	seen = slices.SortedStableFunc(slices.Values(seen), func(a, b chaos.Observation) int { return cmp.Compare(a.At, b.At) })
	p := parliament{voters: map[string]bool{}, following: map[string]chaos.Leadership{}}
	for _, m := range booted {
		p.voters[m] = true
	}
	all := []reign{{}}
	for i, o := range seen {
		p.take(o)
		if i+1 < len(seen) && seen[i+1].At == o.At {
			continue // what happens at one moment happens together
		}
		if leader := p.leader(); leader != all[len(all)-1].leader {
			all = append(all, reign{from: o.At, leader: leader})
		}
	}
	return all
}

// parliament is who votes, and whom each member follows.
type parliament struct {
	voters    map[string]bool
	following map[string]chaos.Leadership
}

func (p parliament) take(o chaos.Observation) {
	switch o.Kind {
	case chaos.Elected, chaos.Changed:
		p.following[o.Member] = chaos.Leadership{Member: o.Leader, Term: o.Term}
	case chaos.Lost, chaos.Exited:
		delete(p.following, o.Member)
	case chaos.Joined:
		p.voters[o.Member] = true
	case chaos.Left:
		delete(p.voters, o.Member)
		delete(p.following, o.Member)
	case chaos.Started, chaos.LogCompacted, chaos.SnapshotApplied: // says nothing of a leader
	}
}

// leader is whom a majority follows; there are no two.
func (p parliament) leader() chaos.Leadership {
	votes := map[chaos.Leadership]int{}
	for m := range p.voters {
		if l, ok := p.following[m]; ok {
			votes[l]++
		}
	}
	for l, n := range votes {
		if n > len(p.voters)/2 && p.following[l.Member] == l {
			return l
		}
	}
	return chaos.Leadership{}
}

// interregnum is what happened to the cluster's leadership within a span; a moment that did not come is 0.
type interregnum struct {
	lost    clock.Nanos // it ceased to follow a leader
	elected clock.Nanos // it followed one again
	without time.Duration
}

// between looks at a span of time, both ends included. A cluster that has no leader when it begins lost it before, and
// only its election is told.
func between(all []reign, from, to clock.Nanos) interregnum {
	var found interregnum
	for i, r := range all {
		until := to
		if i+1 < len(all) {
			until = min(to, all[i+1].from)
		}
		none := r.leader == chaos.Leadership{}
		if none {
			found.without += max(0, until.Sub(max(from, r.from)))
		}
		if r.from < from || r.from > to || i == 0 {
			continue
		}
		hadOne := all[i-1].leader != chaos.Leadership{}
		if hadOne && found.lost == 0 && found.elected == 0 {
			found.lost = r.from
		}
		if !none && found.elected == 0 {
			found.elected = r.from
		}
	}
	return found
}
