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
	timed := true
	for _, p := range r.Parts {
		state, s := read(folder, p)
		if state.Folder != "" && s != nil {
			runs.Summaries[p.Scenario] = *s
		}
		d := took(s)
		t.Took, timed = t.Took+d, timed && d > 0
		runs.Missing[p.Scenario] = state.Why
		t.Parts = append(t.Parts, state)
	}
	if !timed {
		t.Took = 0
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
	state.Whole, state.Damaged = s.Run.Status == results.Complete, s.Damaged
	if !state.Whole && state.Why == "" {
		state.Why = "the run is partial"
	}
	return state, &s
}

// took is how long a run was; 0 when it has not finished, or was resumed after a pause, which is not measured.
func took(s *summary.Summary) time.Duration {
	if s == nil || s.Run.Status != results.Complete || len(s.Run.Resumed) > 0 {
		return 0
	}
	return s.Run.Ended.Sub(s.Run.Started)
}
