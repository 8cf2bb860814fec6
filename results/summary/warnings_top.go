package summary

import (
	"fmt"
	"slices"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
)

// topWarnings are those above every view: instruments that did not find what they must, for what misleads them may
// mislead every verdict of the run, and trials that no figure rests on.
func topWarnings(fixes []Fix) (all []Warning) {
	for _, f := range fixes {
		if why := f.Astray(); why != "" {
			all = append(all, Warning{
				What: f.Name + ": " + why, Top: true,
				Remedy: "do not trust this run's verdicts: run it again with another seed, and run selftest",
			})
		}
	}
	for _, f := range fixes {
		if before, after := f.leftOut(nil); before+after > 0 {
			all = append(all, Warning{
				What: fmt.Sprintf("%s: %s left out%s: no figure rests on them", f.Name,
					units.Count(before+after, "trial"), f.spread(before, after)),
				Remedy: "the reasons are listed with the fix; the figures invalid and diverged count those that an arm is to blame for",
				Top:    true,
			})
		}
	}
	return all
}

// spread says how many of some trials are of each arm, where there are two.
func (f Fix) spread(before, after int) string {
	if f.Against != "" {
		return ""
	}
	return fmt.Sprintf(" (%d before, %d after)", before, after)
}

// leftOut counts the trials of each arm that could not be judged, without the interrupted ones.
func (f Fix) leftOut(which func(Invalid) bool) (before, after int) {
	for _, i := range f.Pairs.Invalid {
		if i.Interrupted || which != nil && !which(i) {
			continue
		}
		before += count(i.Arm == results.Before)
		after += count(i.Arm == results.After)
	}
	return before, after
}

// spreadWarnings are about trials that fell on one arm more often than by chance: those that were spoiled by no arm's
// doing, which must not have seen the arm, and those that are an outcome of it, each by itself.
func spreadWarnings(f Fix) (all []Warning) {
	for _, of := range []struct {
		what, remedy string
		spoiled      bool
	}{
		{"spoiled trials are", "read why in the trials' trial.json: an arm that breaks the harness biases what is left", true},
		{"invalid trials are", "that is an outcome of the arm: read why in the trials' trial.json", false},
	} {
		before, after := f.leftOut(func(i Invalid) bool { return i.Spoiled == of.spoiled })
		if f.Against == "" && stat.Uneven(before, after) {
			all = append(all, Warning{
				What: fmt.Sprintf("%s: %s unevenly spread: %d before, %d after (p %.2g by chance)", f.Name, of.what, before, after,
					stat.Even(before, after)),
				Remedy: of.remedy,
			})
		}
	}
	return all
}

// onTop has the warnings above every view first, and leaves all others in their order.
func onTop(all []Warning) []Warning {
	slices.SortStableFunc(all, func(a, b Warning) int { return count(b.Top) - count(a.Top) })
	return all
}

// TopWarnings are those that belong above every view, and the others.
func (s Summary) TopWarnings() (top, others []Warning) {
	for _, w := range s.Warnings {
		if w.Top {
			top = append(top, w)
		} else {
			others = append(others, w)
		}
	}
	return top, others
}
