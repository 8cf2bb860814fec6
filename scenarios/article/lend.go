package article

import (
	"slices"
	"time"

	"aftershock/results"
	"aftershock/scenarios/article/claims"
)

// allowed is how long the parts that are left may take: the limit without what those that are whole have taken.
func (a *Article) allowed(left []int) time.Duration {
	d := limit(a.Quick)
	for i, p := range a.record.Parts {
		if !slices.Contains(left, i) {
			d -= a.took(p)
		}
	}
	return d
}

// took is how long a part has taken, or the most that it may have where that is not known: the pause of one that was
// resumed is not measured.
func (a *Article) took(p claims.Part) time.Duration {
	if run, err := runOf(a.folder, p); err == nil && run.Status == results.Complete && len(run.Resumed) == 0 {
		return run.Ended.Sub(run.Started)
	}
	return a.most(p)
}

// most is how long a part takes with its whole reserve.
func (a *Article) most(p claims.Part) time.Duration {
	return a.suite.pilots[p.Scenario] + a.suite.takes(p, p.Pairs+p.Reserve)
}

// lend gives the part that comes next what time those before it have left over, as pairs that may be run again. Runs are laid
// out for a busy machine and mostly end earlier, and a machine that others use spoils more pairs than there was time to provide
// for. Half of a part's pairs, rounded up, is the most: where more are spoiled, the machine is no place to measure.
func (a *Article) lend(left []int, allowed time.Duration) {
	next := &a.record.Parts[left[0]]
	if run, err := next.Run(a.folder); err != nil || run != "" {
		return // it was begun with a reserve of its own, or carrying it out will say what is wrong
	}
	for _, i := range left {
		allowed -= a.most(a.record.Parts[i])
	}
	pair := a.suite.takes(*next, 1)
	next.Reserve = max(next.Reserve, min((next.Pairs+1)/2, next.Reserve+int(allowed/pair)))
}
