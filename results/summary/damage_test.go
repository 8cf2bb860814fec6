package summary_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"

	"golang.org/x/sys/unix"
)

// A trial that the run never made is damage, whatever it shows: a ninth pair of eight, another attempt, or a link to one.
func TestTrialsThatTheRunNeverMade(t *testing.T) {
	for name, plant := range map[string]func(from, to string) error{
		"09-after":        func(from, to string) error { return os.CopyFS(to, os.DirFS(from)) },
		"01-after-again1": func(from, to string) error { return os.CopyFS(to, os.DirFS(from)) },
		"10-before":       os.Symlink,
		"11-before":       func(_, to string) error { return unix.Mkfifo(to, 0o600) },
	} {
		w := newWorld(t, repair)
		w.pairs(0.5)
		w.save()
		trials := filepath.Join(w.folder, results.TrialsDir, repair.Name)
		if err := plant(filepath.Join(trials, "01-after"), filepath.Join(trials, name)); err != nil {
			t.Fatal(err)
		}
		s := compute(t, w.folder)
		want := []summary.Damage{{
			File: "trials/repair/" + name, What: "is not a trial of this run: the manifest does not have it",
			Fixes: []string{"repair"},
		}}
		if f := s.Fixes[0]; !reflect.DeepEqual(s.Damaged, want) || f.Verdict != stat.Inconclusive || f.Pairs.Valid != 8 {
			t.Errorf("%+v, %v, %+v", s.Damaged, f.Verdict, f.Pairs)
		}
	}
}

// What is no trial's touches every fix, and what is a trial's those of its group.
func TestWhomDamageTouches(t *testing.T) {
	w := shared(t)
	null := repair
	null.Name = "null"
	null.Group, null.Arms = "null", results.Arms{Before: results.Before, After: results.After}
	w.run.Fixes = append(w.run.Fixes, null)
	w.block(1, nil)
	for _, arm := range []results.Arm{results.Before, results.After} {
		w.trial(1, arm, of("null"))
	}
	w.run.Groups = append(w.run.Groups, w.run.Fixes[2].Alone())
	w.computeShared()
	if s := compute(t, w.folder); len(s.Damaged) > 0 || s.Unchecked {
		t.Fatalf("%+v", s.Damaged)
	}
	put(t, "", w.folder, "trials", "null", "01-after", "extra")
	put(t, "", w.folder, "trials", "repair+1", "01-other-before", "extra")
	s := compute(t, w.folder)
	want := []summary.Damage{
		{File: "trials/repair+1/01-other-before/extra", What: "is not a file of this trial",
			Fixes: []string{"repair", "other"}},
		{File: "trials/null/01-after/extra", What: "is not a file of this trial", Fixes: []string{"null"}},
	}
	if !reflect.DeepEqual(s.Damaged, want) {
		t.Errorf("got  %+v\nwant %+v", s.Damaged, want)
	}
	put(t, "# another\n", w.folder, results.PlanFile)
	s = compute(t, w.folder)
	if len(s.Damaged) != 3 || s.Damaged[0].File != results.PlanFile || s.Damaged[0].Fixes != nil || len(s.DamageOf("null")) != 2 {
		t.Errorf("%+v", s.Damaged)
	}
	for _, f := range s.Fixes {
		if !strings.HasPrefix(f.Why, "damaged: plan.txt: ") {
			t.Errorf("%s: %v because %s", f.Name, f.Verdict, f.Why)
		}
	}
	if err := os.RemoveAll(filepath.Join(w.folder, "trials")); err != nil {
		t.Fatal(err)
	}
	s = compute(t, w.folder)
	all := summary.Damage{File: "trials", What: "is missing", Fixes: []string{"repair", "other", "null"}}
	if len(s.Damaged) != 2 || !reflect.DeepEqual(s.Damaged[1], all) {
		t.Errorf("%+v", s.Damaged)
	}
}

// A run of a schema before manifests is read, with a warning, and says that it was not checked.
func TestARunWithoutAManifest(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5)
	trials, err := filepath.Glob(filepath.Join(w.folder, results.TrialsDir, "*", "*", results.TrialFile))
	if err != nil || len(trials) != 16 {
		t.Fatalf("%d trials, %v", len(trials), err)
	}
	for _, trial := range trials {
		alter(t, trial, func(text []byte) []byte { return bytes.Replace(text, []byte(`"schema": 2`), []byte(`"schema": 1`), 1) })
	}
	old := w.run
	old.Schema, old.Groups = 1, nil
	if err := results.WriteJSON(filepath.Join(w.folder, results.RunFile), old); err != nil {
		t.Fatal(err)
	}
	s := compute(t, w.folder)
	if !s.Unchecked || len(s.Damaged) > 0 || s.Fixes[0].Verdict != stat.Improved ||
		!strings.HasPrefix(s.Warnings[0].What, "some-run is of schema 1, which has no manifest") {
		t.Errorf("%v, %+v, %v, %+v", s.Unchecked, s.Damaged, s.Fixes[0].Verdict, s.Warnings)
	}
}
