package timeline

import (
	"cmp"
	"slices"
	"strconv"

	"aftershock/results"
)

// Leader is when a leader of a new term was followed for the first time.
type Leader struct {
	At   results.Offset
	Name string
	Term uint64
}

// Leaders finds the changes of leader in a trial's events: each term after the one with which it began, when the first
// member followed its leader.
func Leaders(events []results.Event) (all []Leader) {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b results.Event) int { return cmp.Compare(a.At, b.At) })
	newest := uint64(0)
	for _, e := range events {
		term, err := strconv.ParseUint(e.Data["term"], 10, 64)
		follows := e.What == "leader-elected" || e.What == "leader-changed"
		if err != nil || !follows || term <= newest || e.Data["leader"] == "" {
			continue
		}
		newest = term
		if e.At >= 0 {
			all = append(all, Leader{At: e.At, Name: e.Data["leader"], Term: term})
		}
	}
	return all
}
