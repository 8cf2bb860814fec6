package summary_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// A run that was killed says running for ever. Its last trial has an ops.bin and no trial.json, and counts for nothing.
func TestKilledRun(t *testing.T) {
	w := newWorld(t, repair)
	w.run.Status, w.run.Pairs = results.Running, 9
	w.pairs(0.5)
	w.trial(9, results.Before)
	cut := w.trial(9, results.After)
	if err := os.Remove(filepath.Join(cut, results.TrialFile)); err != nil {
		t.Fatal(err)
	}
	s := w.compute()
	f := s.Fixes[0]
	if f.Verdict != stat.Improved || !reflect.DeepEqual(f.Pairs, summary.Pairs{Planned: 9, Valid: 8}) {
		t.Errorf("%v, %+v", f.Verdict, f.Pairs)
	}
	want := []summary.Warning{
		{What: "the run is partial: it was killed, or is still going on", Remedy: "resume it: --resume", Partial: true},
		{What: "repair: 8 of 9 planned pairs can be judged"},
	}
	if !reflect.DeepEqual(s.Warnings, want) {
		t.Errorf("warnings %+v\nwant %+v", s.Warnings, want)
	}
}

// A run that was killed before its first trial has no trials folder, and is readable.
func TestKilledAtOnce(t *testing.T) {
	w := newWorld(t, repair)
	w.run.Status = results.Running
	s := w.compute()
	if len(s.Fixes) != 1 || s.Fixes[0].Pairs.Valid != 0 || len(s.Warnings) != 2 {
		t.Errorf("%+v", s)
	}
}

// What else lies in a fix's folder is no trial.
func TestStrayFiles(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5)
	want := w.fix()
	trials := filepath.Join(w.folder, results.TrialsDir, repair.Name)
	if err := os.WriteFile(filepath.Join(trials, "notes.txt"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(trials, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := w.fix(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got.Pairs, want.Pairs)
	}
}

// One fix of a run that still goes on can be asked for by its name.
func TestComputeFix(t *testing.T) {
	w := newWorld(t, repair)
	w.run.Status = results.Running
	w.pairs(0.5)
	want := w.fix()
	got, err := summary.ComputeFix(w.folder, repair.Name)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	for _, c := range []struct{ folder, fix, want string }{
		{w.folder, "repare", `: the run has no fix "repare"`},
		{t.TempDir(), "repair", "is not a run's folder: it has no run.json"},
	} {
		if _, err := summary.ComputeFix(c.folder, c.fix); err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
