package article

import (
	"cmp"
	"time"
)

// shownPairs is what a part is cut to: too few to decide its claims, which stay undecided, and enough to show its
// figures.
const shownPairs = 5

// shorter is the least that a part is cut to: between it and what its shares began with no number of pairs could find
// anything. Not one of them may be lost, so it has its reserve whatever else there is.
func shorter(n need) share { return share{pairs: shownPairs, reserve: min(1, n.reserve)} }

// saves is what shortening a part saves; 0 or less when it is as short as can be.
func saves(n need, s share) time.Duration {
	to := shorter(n)
	return n.pair * time.Duration(s.pairs+s.reserve-to.pairs-to.reserve)
}

// shorten cuts parts until all take the limit at most, and tells whether they do. What a later cut has made needless is taken
// back.
func shorten(needs []need, shares []share, limit time.Duration) bool {
	type cut struct {
		part int
		was  share
	}
	var cuts []cut
	for over := cost(needs, shares) - limit; over > 0; over = cost(needs, shares) - limit {
		i := leastHarm(needs, shares, over)
		if i < 0 {
			return false
		}
		cuts = append(cuts, cut{i, shares[i]})
		shares[i] = shorter(needs[i])
	}
	for _, c := range cuts {
		if saved := saves(needs[c.part], c.was); cost(needs, shares)+saved <= limit {
			shares[c.part] = c.was
		}
	}
	return true
}

// leastHarm is the part to shorten; -1 when none can be. Of those that save enough by themselves it is the one with the fewest
// figures, since the power of each is what is given away, and of equals the one that saves least; when none does,
// the one that saves most. The part that comes first is the last to be cut.
func leastHarm(needs []need, shares []share, over time.Duration) int {
	best := -1
	for i, n := range needs {
		if saves(n, shares[i]) > 0 && (best < 0 || lessHarm(needs[i], shares[i], needs[best], shares[best], over)) {
			best = i
		}
	}
	return best
}

func lessHarm(a need, as share, b need, bs share, over time.Duration) bool {
	enough := saves(a, as) >= over
	switch {
	case a.first != b.first:
		return b.first
	case enough != (saves(b, bs) >= over):
		return enough
	case enough:
		return cmp.Or(cmp.Compare(a.figures, b.figures), cmp.Compare(saves(a, as), saves(b, bs))) < 0
	}
	return saves(a, as) > saves(b, bs)
}
