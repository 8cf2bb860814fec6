package summary

import (
	"fmt"
	"math"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
)

// figuresFrom is the runtime whose figures may be quoted.
const figuresFrom = "processes"

// Above these a primary metric's interval is not what it seems.
const (
	correlated       = 2 // standard errors of the autocorrelation of independent pairs, each 1/sqrt(pairs)
	fewestCorrelated = 6 // pairs; of fewer it is chance
	blindBeyond      = 2 // margins: what is detectable beyond them
)

// runWarnings are about the run as a whole.
func runWarnings(run results.Run) []Warning {
	var all []Warning
	if run.Status != results.Complete {
		why := run.Why
		if why == "" {
			why = "it was killed, or is still going on"
		}
		all = append(all, Warning{What: "the run is partial: " + why, Remedy: "resume it: --resume", Partial: true})
	}
	if run.Cluster == embedded {
		all = append(all, Warning{
			What:   "the members ran in the orchestrator's process and share its garbage collector and processors",
			Remedy: "do not quote its figures; use --cluster processes",
		})
	}
	if e := run.Environment; e.Allowed > 0 {
		all = append(all, Warning{
			What: fmt.Sprintf("the control group allows %.3g of %s: whenever they are used up, all processes of a trial stand still "+
				"for the rest of the period", e.Allowed, units.Count(e.Cores, "core")),
			Remedy: "run without a CPU limit (docker --cpus, limits.cpu of Kubernetes, CPUQuota of systemd), or on a machine that has what is measured",
		})
	}
	if run.Profiled {
		all = append(all, ProfiledWarning)
	}
	if run.External != nil {
		all = append(all, sharedWarning, askedWarning)
	}
	if run.Moments == results.MomentsAsked {
		all = append(all, askedWarning)
	}
	if run.Stop != nil {
		all = append(all, Warning{
			What:   "pairs were added until the interval was narrow: in simulations that finds a change between identical arms in up to 7 % of runs instead of 5 % (docs/statistics.md)",
			Remedy: "fix the number of pairs where 5 % has to hold: --pairs",
		})
	}
	return append(all, calibrationWarnings(run)...)
}

// ProfiledWarning is about a run whose workers were profiled and traced.
var ProfiledWarning = Warning{
	What:   "the workers were profiled and traced: the figures include what that cost",
	Remedy: "look at the functions with compare --profile, and take figures and verdicts from a run without --profile",
}

// sharedWarning is about a run on an external cluster.
var sharedWarning = Warning{
	What: "all trials ran on one external cluster, not each on a new one: a trial met what earlier trials " +
		"left in its history, and what other clients did to it meanwhile",
	Remedy: "compare the verdict with one of --cluster processes",
}

// askedWarning is about members whose logs could not be read, or do not say who leads.
var askedWarning = Warning{
	What: "who leads was asked every 20 ms and not read from raft's log: moments of elections are late by up to " +
		"that, and shorter leaderless windows were not seen",
	Remedy: "do not quote its election times",
}

// fixWarnings are about one fix: first about its trials, then about what was made of them.
func fixWarnings(run results.Run, f Fix, trials []*trialData) []Warning {
	all := spreadWarnings(f)
	judged := f.Pairs.Valid - f.Pairs.NotExercised
	if planned, of := planned(run, f, trials); f.Pairs.Valid < planned {
		all = append(all, Warning{What: fmt.Sprintf("%s: %d of %d %s pairs can be judged", f.Name, f.Pairs.Valid, planned, of)})
	}
	if n := f.Pairs.CrashedBefore + f.Pairs.CrashedAfter; n > 0 {
		all = append(all, Warning{
			What: fmt.Sprintf("%s: the workload's process crashed in %d before and %d after trials of %s; "+
				"figures that "+
				"a crash cut off are missing", f.Name, f.Pairs.CrashedBefore, f.Pairs.CrashedAfter, units.Count(f.Pairs.Valid, "pair")),
			Remedy: "the crashes are the result: read worker.log in the trials' folders",
		})
		all = append(all, killedWarnings(f, trials)...)
	}
	if c := f.Primary.Change; c != nil && c.Pairs < judged {
		all = append(all, Warning{
			What: fmt.Sprintf("%s: the verdict rests on %d of %s; the others lack the figure in one arm",
				f.Name, c.Pairs, units.Count(judged, "pair")),
		})
	}
	if f.Pairs.NotExercised > 0 {
		all = append(all, Warning{
			What: fmt.Sprintf("%s: in %s an arm was not exercised, which is left out", f.Name,
				units.Count(f.Pairs.NotExercised, "valid pair")),
		})
	}
	all = append(all, evidenceWarnings(f, trials)...)
	all = append(all, primaryWarnings(f)...)
	return append(all, guardWarnings(f)...)
}

// evidenceWarnings say what a profiler or tracer could not record. It is no reason to leave a trial out: no figure is
// made of it.
func evidenceWarnings(f Fix, trials []*trialData) []Warning {
	lacking, first := 0, ""
	for _, d := range trials {
		if d.Evidence == nil || len(d.Evidence.Missing) == 0 {
			continue
		}
		if lacking++; first == "" {
			first = d.Evidence.Missing[0]
		}
	}
	if lacking == 0 {
		return nil
	}
	return []Warning{{
		What: fmt.Sprintf("%s: evidence could not be recorded in %s, such as %s", f.Name,
			units.Count(lacking, "trial"), first),
		Remedy: "make room, or name another folder: --out; the figures are not affected",
	}}
}

// killedWarnings are about workers that a signal of others ended: nothing in their logs says so.
func killedWarnings(f Fix, trials []*trialData) []Warning {
	arms := map[results.Arm]int{}
	for _, d := range trials {
		if d.Invalid == "" && d.Worker.Crashed && strings.HasPrefix(d.Worker.Exit, results.KilledFromOutside) {
			arms[d.Arm]++
		}
	}
	before, after := arms[f.Arms.Before], arms[f.Arms.After]
	if before+after == 0 {
		return nil
	}
	return []Warning{{
		What: fmt.Sprintf("%s: of these, %d before and %d after were killed by SIGKILL, which the harness did not send", f.Name,
			before, after),
		Remedy: "their logs cannot say why: look for a process that sent it, or in the kernel's log for lack of memory",
	}}
}

// planned is how many pairs there should be: those of the plan, or those that were begun when the run may stop earlier.
func planned(run results.Run, f Fix, trials []*trialData) (pairs int, of string) {
	if run.Stop == nil {
		return f.Pairs.Planned, "planned"
	}
	begun := map[int]bool{}
	for _, d := range trials {
		begun[d.Block] = true
	}
	return len(begun), "begun"
}

// primaryWarnings are about the interval that gave the verdict.
func primaryWarnings(f Fix) []Warning {
	var all []Warning
	c := f.Primary.Change
	if c == nil {
		return nil
	}
	if r := c.Autocorrelation; math.Abs(r) > correlated/math.Sqrt(float64(c.Pairs)) && c.Pairs >= fewestCorrelated {
		effect := "narrow"
		if r < 0 {
			effect = "wide"
		}
		all = append(all, Warning{
			What: fmt.Sprintf("%s: pairs that follow one another are not independent (autocorrelation %.2f): the interval may be too %s",
				f.Name, r, effect),
			Remedy: "look at the values in the order of the run for what changed meanwhile, and run it again with another seed",
		})
	}
	if f.Verdict == stat.Inconclusive && math.Abs(c.Detectable) > blindBeyond*c.Margin { // what was found was large enough
		all = append(all, Warning{
			What: fmt.Sprintf("%s: so many pairs, as noisy as these, could only have found changes for the better from %s on (margin %s)",
				f.Name, f.Primary.signed(c.Detectable), f.Primary.amount(c.Margin)),
			Remedy: "more pairs, or a quieter machine",
		})
	}
	return all
}

// guardWarnings are about what no arm may win by making worse. They go by the guard's own interval, without the
// correction: over all that is only looked at it asks so much of a few pairs that no guard would ever be heard. A false
// alarm here costs a look, and a missed one a wrong verdict.
func guardWarnings(f Fix) []Warning {
	var all []Warning
	for _, g := range f.Guards {
		r, ok := f.Row(g)
		if (!ok || !r.inBoth()) && f.Pairs.Valid > f.Pairs.NotExercised {
			all = append(all, Warning{
				What:   fmt.Sprintf("%s: the guard %s has no figure, so nothing was guarded by it", f.Name, g),
				Remedy: "check the guard's name and phase, or let the phase last longer",
			})
		}
		if ok && r.Change != nil && r.Change.Alone == stat.Regressed {
			all = append(all, Warning{
				What:   fmt.Sprintf("%s: the guard %s is worse after", f.Name, g),
				Remedy: "a fix must not win by doing less: look at what it gave up",
			})
		}
	}
	return all
}
