package claims

import (
	"fmt"
	"path/filepath"
	"time"

	"aftershock/results"
	"aftershock/results/summary"
)

// Compute reads a suite's folder, computes the summary of each of its runs, and judges its claims. A run that is missing,
// partial or broken leaves its claims undecided, with the reason; the others are judged all the same.
func Compute(folder string) (Table, error) {
	r, err := ReadRecord(folder)
	if err != nil {
		return Table{}, err
	}
	t := Table{
		Schema: Schema, Started: r.Started, Command: r.Command, Seed: r.Seed, Quick: r.Quick, Environment: r.Environment,
		Probes: r.Probes,
	}
	runs := Runs{Summaries: map[string]summary.Summary{}, Missing: map[string]string{}, Probes: r.Probes}
	for _, p := range r.Parts {
		state, s := read(folder, p)
		if state.Folder != "" && s != nil {
			runs.Summaries[p.Scenario] = *s
			t.Took += took(s.Run)
		}
		runs.Missing[p.Scenario] = state.Why
		t.Parts = append(t.Parts, state)
	}
	t.Rows = Judge(r.Claims, runs)
	return t, nil
}

// read reads one part; its summary is nil when there is nothing to compute one from.
func read(folder string, p Part) (PartState, *summary.Summary) {
	state := PartState{Part: p, Why: p.Failed}
	run, err := p.Run(folder)
	if err == nil && run == "" {
		state.Why = orNotRun(p.Failed)
		return state, nil
	}
	var s summary.Summary
	if err == nil {
		s, err = summary.Compute(run)
	}
	if err != nil {
		state.Why = fmt.Sprintf("the run cannot be read: %v", err)
		return state, nil
	}
	if state.Folder, err = filepath.Rel(folder, run); err != nil {
		state.Folder = run
	}
	state.Whole = s.Run.Status == results.Complete
	if !state.Whole && state.Why == "" {
		state.Why = "the run is partial"
	}
	return state, &s
}

// took is how long a run was, less the pause before it was gone on with, which nobody has measured.
func took(r results.Run) time.Duration {
	if r.Ended.IsZero() || len(r.Resumed) > 0 {
		return 0
	}
	return r.Ended.Sub(r.Started)
}
