package summary

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
)

// standstills counts the trials in which the harness stood still, arm by arm. Such a trial spoils its block, whichever
// arm it is; an arm that has many of them may have caused them, by taking all that the machine has.
func standstills(trials []*trialData) []Standstill {
	type key struct {
		group string
		arm   results.Arm
	}
	arms := map[key]*Standstill{}
	for _, d := range trials {
		if d.Machine.Standstill == nil {
			continue
		}
		k := key{d.Group, d.Arm}
		if arms[k] == nil {
			arms[k] = &Standstill{Group: d.Group, Arm: d.Arm}
		}
		arms[k].Trials++
		if d.Machine.Standstill.Spoils() != "" {
			arms[k].Stood++
			arms[k].Worst = max(arms[k].Worst, worstOf(*d.Machine.Standstill))
		}
	}
	groups := map[string][]*Standstill{}
	for _, s := range arms {
		groups[s.Group] = append(groups[s.Group], s)
	}
	var all []Standstill
	for _, group := range groups {
		markUneven(group)
		for _, s := range group {
			if s.Stood > 0 {
				all = append(all, *s)
			}
		}
	}
	slices.SortFunc(all, func(a, b Standstill) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Arm, b.Arm))
	})
	return all
}

func worstOf(s results.Standstill) time.Duration { return max(s.Longest, s.Late, s.Suspended) }

// markUneven marks the arms of a group in which so many of the group's standstills would fall in fewer than 5 of 100
// runs, if each trial had the same chance of one: a binomial test of each arm, corrected for their number.
func markUneven(group []*Standstill) {
	stood, trials := 0, 0
	for _, s := range group {
		stood, trials = stood+s.Stood, trials+s.Trials
	}
	for _, s := range group {
		share := float64(s.Trials) / float64(trials)
		s.Uneven = stat.AtLeast(s.Stood, stood, share)*float64(len(group)) < significance
	}
}

// significance is the share of runs in which chance alone may mark an arm.
const significance = 0.05

// standstillWarnings say that blocks were spoiled, and whose doing it was as far as that can be told.
func standstillWarnings(stood []Standstill) (all []Warning) {
	n, worst := 0, time.Duration(0)
	for _, s := range stood {
		n, worst = n+s.Stood, max(worst, s.Worst)
		if s.Uneven {
			all = append(all, Warning{
				What: fmt.Sprintf("%s, arm %s: the harness stood still in %d of %d trials, more than chance gives one arm: it is "+
					"what the arm does to the machine", s.Group, s.Arm, s.Stood, s.Trials),
				Remedy: "treat it as an outcome of the arm, and give the run more cores or less load",
			})
		}
	}
	if n > 0 {
		all = append(all, Warning{
			What: fmt.Sprintf("the harness itself stood still, or was late with a fault, in %s, by %s at most; their blocks do "+
				"not count", units.Count(n, "trial"), units.Latency(worst)),
			Remedy: "do not stop or suspend a run, and leave the machine to it",
		})
	}
	return all
}
