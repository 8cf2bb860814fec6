package article

import (
	"slices"
	"time"

	"aftershock/harness"
)

// The time that all runs may take, with the pairs that are run again. It is a little below what is promised, an hour
// and twelve minutes: the summaries take some of it.
const (
	fullTime  = 59*time.Minute + 30*time.Second
	quickTime = 11*time.Minute + 30*time.Second
)

// share is how often a part's fixes are run: pairs of each, and how many of these may be run again.
type share struct{ pairs, reserve int }

// runs are those of a scenario.
type runs struct {
	scenario    string
	full, quick share
}

// shares are the runs of the suite, in their order: what fails soonest comes first, and so what takes no cluster.
//
// A full run has enough pairs for a change to be significant among all figures that claims name in it and the primary
// ones of its fixes: with n pairs the smallest p-value of the signed-rank test is 2^(1-n), and Holm multiplies it by
// the number of figures in the worst case. A quick one shows figures and decides nothing. Tests check that, and that
// either fits its time: who adds a scenario adds its line, and shortens another where there is no time left.
var shares = []runs{
	{"cancelled-writes", share{7, 1}, share{1, 1}},
	{"leaks", share{8, 0}, share{1, 1}},
	{"shared-map-reads-95", share{9, 1}, share{1, 1}},
	{"shared-map-reads-50", share{7, 1}, share{3, 1}},
	{"shared-map-reads-5", share{6, 1}, share{2, 1}},
	{"cancelled-builds", share{6, 1}, share{1, 1}},
	{"map-writes", share{7, 0}, share{1, 0}},
	{"leader-churn", share{9, 1}, share{1, 0}},
	{"partition-leader", share{6, 1}, share{1, 1}},
	{"ambiguous-writes", share{6, 1}, share{1, 1}},
	{"registration-isolated", share{7, 0}, share{1, 0}},
	{"dying-leader", share{6, 1}, share{1, 0}},
	{"transfer-storm", share{6, 1}, share{1, 0}},
	{"leaderless-reads", share{7, 0}, share{1, 0}},
	{"half-open-endpoint", share{6, 1}, share{1, 1}},
	{"compacted-watch", share{6, 1}, share{1, 1}},
	{"relist-herd", share{6, 1}, share{1, 0}},
	{"lost-registration", share{6, 1}, share{1, 0}},
}

// placeOf is a scenario's place in the list; -1 for one that is not there, which is run first.
func placeOf(s harness.Scenario) int {
	return slices.IndexFunc(shares, func(r runs) bool { return r.scenario == s.Name })
}

// shareOf is a scenario's share: its own pairs where it is not in the list.
func shareOf(s harness.Scenario, quick bool) share {
	of := runs{full: share{s.Pairs, s.Budget.Reserve}, quick: share{s.Quick.Pairs, s.Budget.Reserve}}
	if place := placeOf(s); place >= 0 {
		of = shares[place]
	}
	if quick {
		return of.quick
	}
	return of.full
}
