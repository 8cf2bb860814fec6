package summary_test

import (
	"path/filepath"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/summary"
)

// The pairs are those that the verdict rests on, each by the attempt at it that was valid.
func TestJudgedPairs(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(2, results.Before)
	w.trial(2, results.After, invalid("the fault took no effect"))
	w.pair(1)
	again := func(r *recipe) { r.trial.Attempt = 1 }
	w.trial(2, results.After, again)
	w.trial(2, results.Before, again)
	w.trial(3, results.Before, fired(0))
	w.trial(3, results.After)
	w.save()
	run, pairs, err := summary.JudgedPairs(w.folder)
	if err != nil || run.ID != w.run.ID || len(pairs) != 1 || len(pairs[0]) != 2 {
		t.Fatalf("%+v, %v", pairs, err)
	}
	place := func(name string) string { return filepath.Join(w.folder, results.TrialsDir, repair.Name, name) }
	for i, want := range []summary.JudgedPair{
		{Number: 1, Before: place("01-before"), After: place("01-after")},
		{Number: 2, Before: place("02-before-again1"), After: place("02-after-again1")},
	} {
		if pairs[0][i] != want {
			t.Errorf("got  %+v\nwant %+v", pairs[0][i], want)
		}
	}
	if _, _, err := summary.JudgedPairs(t.TempDir()); err == nil ||
		!strings.Contains(err.Error(), "is not a run's folder") {
		t.Errorf("%v", err)
	}
}

func TestProfiledRunsAreWarnedOf(t *testing.T) {
	w := newWorld(t, repair)
	w.run.Profiled = true
	w.pairs(0.5)
	if s := w.compute(); !warned(s.Warnings, "the figures include what that cost") || warned(s.Warnings, "evidence") {
		t.Errorf("%+v", s.Warnings)
	}
	full := func(r *recipe) {
		r.trial.Evidence = &results.Evidence{Missing: []string{"trace.out: no space left on device", "worst.trace: the same"}}
	}
	w.pair(9, full)
	s := w.compute()
	if !warned(s.Warnings, "repair: evidence could not be recorded in 1 trial, such as trace.out: no space left "+
		"on device") {
		t.Errorf("%+v", s.Warnings)
	}
	if s.Fixes[0].Pairs.Valid != 9 {
		t.Errorf("a pair was left out for its evidence: %+v", s.Fixes[0].Pairs)
	}
}
