package harness

import (
	"cmp"
	"slices"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/results"
)

// reign is a span of time in which the cluster follows one leader, or none. It ends where the next begins.
type reign struct {
	from   clock.Nanos
	leader chaos.Leadership // the zero value while no leader is followed
}

// reigns derives from observations of single members whom the cluster as a whole followed, and since when.
//
// Two reigns of one leader in adjacent terms are two. The voting members are at first those of the boot, and later what
// observations say: a member that joins counts from then on. A learner, which follows a leader too, counts only once it
// is promoted.
func reigns(seen []chaos.Observation, booted []string) []reign {
	seen = slices.SortedStableFunc(slices.Values(seen), func(a, b chaos.Observation) int { return cmp.Compare(a.At, b.At) })
	following := chaos.NewFollowing(booted)
	all := []reign{{}}
	for i, o := range seen {
		following.Take(o)
		if i+1 < len(seen) && seen[i+1].At == o.At {
			continue // what happens at one moment happens together
		}
		if leader, _ := following.Leader(); leader != all[len(all)-1].leader {
			all = append(all, reign{from: o.At, leader: leader})
		}
	}
	return all
}

// countElections counts the leaderships that began after the epoch. One that began while a fault was under way was planned;
// every other is the machine's or etcd's own doing. A leader that is followed once more in its own term was not elected
// again. Terms alone would not tell: they begin anew when a cluster is restored from a snapshot.
func countElections(all []reign, epoch clock.Nanos, faults []results.Fault) results.Elections {
	var n results.Elections
	var last chaos.Leadership
	for _, r := range all {
		none := r.leader == chaos.Leadership{}
		if none || r.leader == last {
			continue
		}
		last = r.leader
		switch {
		case r.from < epoch:
		case underWay(faults, r.from-epoch):
			n.Planned++
		default:
			n.Unplanned++
		}
	}
	return n
}

func underWay(faults []results.Fault, at results.Offset) bool {
	for _, f := range faults {
		if f.Injected > 0 && f.Injected <= at && (f.Recovered == 0 || at <= f.Recovered) {
			return true
		}
	}
	return false
}

// interregnum is what happened to the cluster's leadership within a span; a moment that never came is 0.
type interregnum struct {
	lost    clock.Nanos // it ceased to follow a leader
	elected clock.Nanos // it followed one again
	without time.Duration
}

// between looks at a span of time, both ends included. A cluster without a leader at its beginning lost it before, so
// that only the election is in the result.
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
