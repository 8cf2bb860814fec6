package article

import (
	"time"

	"aftershock/results/stat"
)

// need is what a part costs: the time of one pair of each of its fixes, how many figures it has to decide, and the
// reserve that its scenario allows.
type need struct {
	pair    time.Duration
	figures int // those that claims name in the part, and the primary ones of its fixes: they are corrected together
	reserve int
	first   bool // it is given its pairs and its reserve before any other
}

// share is what a part gets.
type share struct{ pairs, reserve int }

const (
	mostPairs      = 12
	mostQuickPairs = 3
)

// allotFull gives each part the fewest pairs with which a change can be significant among all its figures: with n
// pairs the smallest p-value of the signed-rank test is 2^(1-n), and Holm multiplies it by the number of figures in
// the worst case, so a fix alone takes 6 pairs and four of one scenario 8 each. The part that comes first has its
// reserve set aside as well.
//
// If that does not fit, parts are shortened (see shorter) until it does. If there is time left, it goes into the reserve, one
// pair a fix, and then into more pairs, always where they cost least. So no run takes longer than the limit, with its reserve.
func allotFull(needs []need, limit time.Duration) ([]share, bool) {
	shares := make([]share, len(needs))
	for i, n := range needs {
		shares[i].pairs = stat.FewestPairs(n.figures)
		if n.first {
			shares[i].reserve = min(1, n.reserve)
		}
	}
	if !shorten(needs, shares, limit) {
		return shares, false
	}
	reserve(needs, shares, limit)
	fill(needs, shares, limit, func(i int) bool {
		return shares[i].pairs >= stat.FewestPairs(needs[i].figures) && shares[i].pairs < mostPairs
	}, func(s *share) { s.pairs++ })
	return shares, true
}

// allotQuick gives each part one pair a fix, then the reserve, and up to three pairs, always where they cost least.
func allotQuick(needs []need, limit time.Duration) ([]share, bool) {
	shares := make([]share, len(needs))
	for i := range needs {
		shares[i].pairs = 1
	}
	if cost(needs, shares) > limit {
		return shares, false
	}
	reserve(needs, shares, limit)
	fill(needs, shares, limit, func(i int) bool { return shares[i].pairs < mostQuickPairs }, func(s *share) { s.pairs++ })
	return shares, true
}

// reserve gives a pair a fix that may be run again, where there is time: a machine that others use spoils one now and then.
func reserve(needs []need, shares []share, limit time.Duration) {
	fill(needs, shares, limit, func(i int) bool { return shares[i].reserve < min(1, needs[i].reserve) }, func(s *share) { s.reserve++ })
}

// cost is the time that all parts take if every fix needs its whole reserve.
func cost(needs []need, shares []share) (d time.Duration) {
	for i, n := range needs {
		d += n.pair * time.Duration(shares[i].pairs+shares[i].reserve)
	}
	return d
}

// fill gives one more, again and again, to the cheapest part that may have it and for which there is time.
func fill(needs []need, shares []share, limit time.Duration, may func(int) bool, more func(*share)) {
	for {
		left, best := limit-cost(needs, shares), -1
		for i, n := range needs {
			if may(i) && n.pair <= left && (best < 0 || price(needs[i], shares[i]) < price(needs[best], shares[best])) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		more(&shares[best])
	}
}

// price is what a part has cost with one pair more: by it parts of the same cost take turns, and a dear one that has few is
// not passed over for ever by a cheap one that has many.
func price(n need, s share) time.Duration { return n.pair * time.Duration(s.pairs+s.reserve+1) }
