package summary

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
)

// Compute reads a run's folder and computes its summary.
func Compute(folder string) (Summary, error) {
	run, err := results.ReadRun(folder)
	if err != nil {
		return Summary{}, err
	}
	s := Summary{Schema: Schema, Run: run}
	for _, f := range run.Fixes {
		fix, err := computeFix(folder, run, f)
		if err != nil {
			return Summary{}, err
		}
		s.Fixes = append(s.Fixes, fix)
		s.Warnings = append(s.Warnings, warnings(fix)...)
	}
	s.Warnings = append(runWarnings(run), s.Warnings...)
	return s, nil
}

// ComputeFix computes one fix of a run, which may still be going on.
func ComputeFix(folder, name string) (Fix, error) {
	run, err := results.ReadRun(folder)
	if err != nil {
		return Fix{}, err
	}
	for _, f := range run.Fixes {
		if f.Name == name {
			return computeFix(folder, run, f)
		}
	}
	return Fix{}, fmt.Errorf("%s: the run has no fix %q", folder, name)
}

func computeFix(folder string, run results.Run, f results.Fix) (Fix, error) {
	trials, err := readTrials(filepath.Join(folder, results.TrialsDir, f.Name))
	if err != nil {
		return Fix{}, err
	}
	fix := Fix{Fix: f, Pairs: Pairs{Planned: run.Pairs}}
	valid := fix.judgeable(trials)
	fix.Pairs.Valid = len(valid)
	var exercised []pair
	for _, p := range valid {
		if f.Trigger.Counter == "" {
			exercised = append(exercised, p)
			continue
		}
		before, err := triggerOf(p.before, f.Trigger)
		if err != nil {
			return Fix{}, fmt.Errorf("%s: %w", f.Name, err)
		}
		after, err := triggerOf(p.after, f.Trigger)
		if err != nil {
			return Fix{}, fmt.Errorf("%s: %w", f.Name, err)
		}
		fix.Trigger.Before = append(fix.Trigger.Before, before)
		fix.Trigger.After = append(fix.Trigger.After, after)
		// A crash in mid-trial leaves a count of 0 where the trigger was still to come; that is the arm's outcome.
		if before > 0 || p.before.Worker.Crashed {
			exercised = append(exercised, p)
		}
	}
	for _, p := range valid {
		fix.Pairs.CrashedBefore += count(p.before.Worker.Crashed)
		fix.Pairs.CrashedAfter += count(p.after.Worker.Crashed)
	}
	fix.Pairs.NotExercised = len(valid) - len(exercised)
	fix.Rows = rows(exercised, run.Margin)
	fix.judge(run)
	return fix, nil
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// readTrials reads all trials of a fix, in the order in which they were run. A trial without trial.json was cut short.
func readTrials(folder string) ([]*trialData, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var trials []*trialData
	for _, e := range entries {
		if e.Type().IsRegular() {
			continue
		}
		d, err := readTrial(filepath.Join(folder, e.Name()))
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			// Without the folder's own path: a copy of the run must give the same summary.
			why := strings.ReplaceAll(err.Error(), folder+string(filepath.Separator), "")
			trials = append(trials, unreadable(e.Name(), why))
		default:
			trials = append(trials, d)
		}
	}
	slices.SortFunc(trials, func(a, b *trialData) int { return a.Position - b.Position })
	return trials, nil
}

// unreadable is a trial of which only the folder's name is known, such as 03-before or 03-before-again1.
func unreadable(name, why string) *trialData {
	d := &trialData{Trial: results.Trial{Invalid: why}}
	number, rest, _ := strings.Cut(name, "-")
	arm, again, _ := strings.Cut(rest, "-again")
	d.Pair, _ = strconv.Atoi(number) // a name of another form leaves 0, which no pair has
	d.Arm = results.Arm(arm)
	d.Attempt, _ = strconv.Atoi(again)
	return d
}

// judgeable gives the valid pairs by number, and books the trials that are none.
func (f *Fix) judgeable(trials []*trialData) []pair {
	type attempt struct{ pair, attempt int }
	arms := map[attempt]map[results.Arm]*trialData{}
	again := map[attempt]bool{}
	for _, d := range trials {
		key := attempt{d.Pair, d.Attempt}
		if d.Attempt > 0 {
			again[key] = true
		}
		if d.Invalid != "" {
			f.Pairs.Invalid = append(f.Pairs.Invalid, Invalid{Pair: d.Pair, Arm: d.Arm, Attempt: d.Attempt, Why: d.Invalid})
			continue
		}
		if arms[key] == nil {
			arms[key] = map[results.Arm]*trialData{}
		}
		arms[key][d.Arm] = d
	}
	f.Pairs.Again = len(again)
	var pairs []pair
	for key, both := range arms {
		if both[results.Before] != nil && both[results.After] != nil {
			pairs = append(pairs, pair{number: key.pair, before: both[results.Before], after: both[results.After]})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return a.number - b.number })
	return pairs
}

// judge gives the verdict that the primary metric supports.
func (f *Fix) judge(run results.Run) {
	f.Primary = Row{Metric: f.Fix.Primary, Note: "no pair has the figure in both arms"}
	if r, ok := f.Row(f.Fix.Primary); ok {
		f.Primary = r
	}
	switch {
	case f.Pairs.Valid == 0:
		f.Why = "no valid pair"
		return
	case f.Pairs.Valid == f.Pairs.NotExercised:
		f.Verdict = stat.NotExercised
		f.Why = "the trigger stayed 0 in every before trial: " + f.Fix.Trigger.Says
		return
	case f.Primary.Change == nil:
		f.Why = f.Primary.Note
		return
	}
	c := f.Primary.comparison
	f.Verdict = c.Verdict
	if f.Verdict != stat.Inconclusive {
		return
	}
	if !c.At95.HasInterval() {
		f.Why = "a single pair gives no interval to judge by: run at least two, or six for one that assumes no distribution"
		return
	}
	f.Why = fmt.Sprintf("the interval is too wide to tell a change from none, with a margin of %.0f %% (half-width %.0f %%)",
		100*run.Margin, 100*c.Scale.Change(c.At95.HalfWidth()))
	if slices.Contains(run.Command, "--plan") {
		return // more pairs would need plans that the file does not hold
	}
	if more, ok := stat.MorePairs(c); ok {
		f.Need = need(run, f.Name, run.Pairs+more, more)
	} else {
		f.Why += "; more pairs would not decide it"
	}
}

// need says how long a run with enough pairs would take, and how to ask for it. The scenario is named as it was for this
// run: a file may bear the name of a built-in one.
func need(run results.Run, fix string, pairs, more int) *Need {
	length := time.Duration(2*(pairs+run.Reserve)) * run.TrialTime
	program, scenario, members := "aftershock", run.Name, ""
	if len(run.Command) > 2 {
		program, scenario = run.Command[0], run.Command[2]
	}
	if run.Cluster != figuresFrom {
		members = " --cluster " + run.Cluster
	}
	return &Need{MorePairs: more, Time: length, Command: fmt.Sprintf(
		"%s run %s --fix %s --pairs %d --seed %d%s --budget %s",
		program, scenario, fix, pairs, run.Seed, members, minutes(length))}
}

// minutes rounds up, so that a budget suffices.
func minutes(d time.Duration) string { return fmt.Sprintf("%dm", (d+time.Minute-1)/time.Minute) }

// figuresFrom is the runtime whose figures may be quoted.
const figuresFrom = "processes"

// runWarnings are about the run as a whole.
func runWarnings(run results.Run) []Warning {
	var all []Warning
	if run.Status != results.Complete {
		why := run.Why
		if why == "" {
			why = "it was killed, or is still going on"
		}
		all = append(all, Warning{What: "the run is partial: " + why, Remedy: "run it again"})
	}
	if run.Cluster != figuresFrom {
		all = append(all, Warning{
			What:   "the members ran in the orchestrator's process and share its garbage collector and processors",
			Remedy: "quote no figure of it; use --cluster processes",
		})
	}
	return all
}

// warnings are about one fix.
func warnings(f Fix) []Warning {
	var all []Warning
	byArm := map[results.Arm]int{}
	for _, i := range f.Pairs.Invalid {
		byArm[i.Arm]++
	}
	if d := byArm[results.Before] - byArm[results.After]; d > 1 || d < -1 {
		all = append(all, Warning{
			What:   fmt.Sprintf("%s: invalid trials are unevenly spread: %d before, %d after", f.Name, byArm[results.Before], byArm[results.After]),
			Remedy: "read why in the trials' trial.json: an arm that breaks the harness biases what is left",
		})
	}
	if f.Pairs.Valid < f.Pairs.Planned {
		all = append(all, Warning{What: fmt.Sprintf("%s: %d of %d planned pairs can be judged", f.Name, f.Pairs.Valid, f.Pairs.Planned)})
	}
	if n := f.Pairs.CrashedBefore + f.Pairs.CrashedAfter; n > 0 {
		all = append(all, Warning{
			What: fmt.Sprintf("%s: the workload's process crashed in %d before and %d after trials of %d pairs; figures that "+
				"a crash cut off are missing", f.Name, f.Pairs.CrashedBefore, f.Pairs.CrashedAfter, f.Pairs.Valid),
			Remedy: "the crashes are the result: read worker.log in the trials' folders",
		})
	}
	if c := f.Primary.Change; c != nil && c.Pairs < f.Pairs.Valid-f.Pairs.NotExercised {
		all = append(all, Warning{
			What: fmt.Sprintf("%s: the verdict rests on %d of %d pairs; the others lack the figure in one arm",
				f.Name, c.Pairs, f.Pairs.Valid-f.Pairs.NotExercised),
		})
	}
	if f.Pairs.NotExercised > 0 {
		all = append(all, Warning{What: fmt.Sprintf("%s: in %d valid pairs the before arm was not exercised; they are left out", f.Name, f.Pairs.NotExercised)})
	}
	for _, g := range f.Guards {
		r, ok := f.Row(g)
		if !ok && f.Pairs.Valid > f.Pairs.NotExercised {
			all = append(all, Warning{
				What:   fmt.Sprintf("%s: the guard %s has no figure, so nothing was guarded by it", f.Name, g),
				Remedy: "check the guard's name and phase, or let the phase last longer",
			})
		}
		if ok && worse(r) {
			all = append(all, Warning{
				What:   fmt.Sprintf("%s: the guard %s is worse after", f.Name, g),
				Remedy: "a fix must not win by doing less: look at what it gave up",
			})
		}
	}
	return all
}

// worse tells whether a guard's interval lies wholly on the bad side.
func worse(r Row) bool { return r.Change != nil && r.comparison.Verdict == stat.Regressed }
