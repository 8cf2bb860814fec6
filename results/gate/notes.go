package gate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/summary"
)

// noted are the notes, each about one thing, in the order in which they are shown.
var noted = []func(summary.Summary) []string{
	damageNotes, diverged, astray, leftOut, few, calibration, notRun,
}

// notes are what a reader has to know besides the answers, whatever the rules are about. Of the summary's own
// warnings, which reports show anyway, they repeat what decides whether the answers can be believed.
func notes(s summary.Summary) (all []string) {
	for _, of := range noted {
		all = append(all, of(s)...)
	}
	return all
}

// calibration says what a calibration leaves open, and where it does not match the run.
func calibration(s summary.Summary) (all []string) {
	c := s.Run.Calibration
	if c == nil {
		return []string{"no calibration: selftest never ran on this machine, so no false-alarm rate is known here"}
	}
	switch c.Result {
	case results.Sound, results.Unsound:
	case results.Undecided:
		var open []string
		for _, check := range c.Checks {
			if check.Undecided {
				open = append(open, check.Name)
			}
		}
		all = append(all, "the calibration of this machine left open whether the harness is sound: "+join(open))
	default:
		all = append(all, "the calibration of this machine does not say whether the harness is sound")
	}
	if c.Quick {
		all = append(all, "the calibration of this machine was a quick one, which claims no false-alarm rate")
	}
	if differ := summary.Foreign(s.Run); len(differ) > 0 {
		all = append(all, "the calibration is not of what this run was made with: "+strings.Join(differ, "; "))
	}
	return all
}

func notRun(s summary.Summary) []string {
	if len(s.Run.NotRun) == 0 {
		return nil
	}
	return []string{"fixes of the scenario that were not run: " + join(s.Run.NotRun)}
}

// astray are the instruments that did not find what they must: whatever misled them may have misled every verdict of
// the run.
func astray(s summary.Summary) (all []string) {
	for _, f := range s.Fixes {
		if why := f.Astray(); why != "" {
			all = append(all, f.Name+": "+why)
		}
	}
	return all
}

// diverged names the fixes in whose trials members held different data at the end, whatever else became of these
// trials: that is a finding about etcd, and comes first.
func diverged(s summary.Summary) []string {
	const what = "with members that held different data at the end"
	return counted(s, what, func(i summary.Invalid) bool { return i.Diverged })
}

// leftOut counts the trials that no figure rests on: those that an arm's own doing made invalid, and those that were
// spoiled and run again. Interrupted trials are not among them: no arm chose them.
func leftOut(s summary.Summary) []string {
	own := func(i summary.Invalid) bool { return !i.Spoiled && !i.Interrupted }
	spoiled := func(i summary.Invalid) bool { return i.Spoiled && !i.Interrupted }
	all := counted(s, "invalid by what the arm went through", own)
	return append(all, counted(s, "spoiled by no arm's doing", spoiled)...)
}

// counted says for how many trials of each fix that holds, by arm, and why the first of them is invalid.
func counted(s summary.Summary, what string, holds func(summary.Invalid) bool) (all []string) {
	for _, f := range s.Fixes {
		n, byArm, first := 0, map[results.Arm]int{}, summary.Invalid{}
		for _, i := range f.Pairs.Invalid {
			if !holds(i) {
				continue
			}
			if n == 0 {
				first = i
			}
			n++
			byArm[i.Arm]++
		}
		if n == 0 {
			continue
		}
		why, _, _ := strings.Cut(first.Why, "\n")
		all = append(all, fmt.Sprintf("%s: %s %s (%s), first in pair %d %s: %s",
			f.Name, units.Count(n, "trial"), what, ofArms(byArm), first.Pair, first.Arm, why))
	}
	return all
}

// ofArms counts by arm: before and after, and then the arms of other fixes in the same blocks.
func ofArms(byArm map[results.Arm]int) string {
	counts := []string{
		fmt.Sprintf("%d before", byArm[results.Before]), fmt.Sprintf("%d after", byArm[results.After]),
	}
	for _, arm := range slices.Sorted(maps.Keys(byArm)) {
		if arm != results.Before && arm != results.After {
			counts = append(counts, fmt.Sprintf("%d %s", byArm[arm], arm))
		}
	}
	return strings.Join(counts, ", ")
}

// few names the fixes whose pairs are too few for ranks. Rules about a change do not pass over them, and bounds do.
func few(s summary.Summary) (all []string) {
	for _, f := range s.Fixes {
		if n := f.Pairs.Valid - f.Pairs.NotExercised; n > 0 && n < fewestPairs {
			all = append(all, fmt.Sprintf("%s: %s judged, fewer than %d", f.Name, units.Count(n, "pair"), fewestPairs))
		}
	}
	return all
}
