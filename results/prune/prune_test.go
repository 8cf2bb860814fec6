package prune

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/manifest"
	"aftershock/results/manifest/manifesttest"

	"golang.org/x/sys/unix"
)

// lock is as the harness locks a run's folder.
func lock(path string) (func() error, error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(folder.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	return folder.Close, nil
}

const latest = "latest"

func rule() Rule { return Rule{Link: latest, Views: []string{"report.html"}, Lock: lock} }

// write puts a file, and what folders it takes, below a folder.
func write(t *testing.T, path ...string) {
	t.Helper()
	at := filepath.Join(path...)
	must(t, os.MkdirAll(filepath.Dir(at), 0o755))
	must(t, os.WriteFile(at, make([]byte, 5000), 0o600))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// run makes a run that began on a day, with a trial that was interrupted.
func run(t *testing.T, runs, name, id string, day int, status results.Status) (folder string) {
	t.Helper()
	folder = filepath.Join(runs, name)
	write(t, folder, results.TrialsDir, "group", "01-before", "worker.log")
	write(t, folder, "report.html")
	manifesttest.Seal(t, folder, results.Run{
		Schema: results.Schema, ID: id, Status: status, Seed: 1,
		Started: time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC),
	})
	return folder
}

// five makes a folder with five runs, of which b is latest, and "kept" was given a name.
func five(t *testing.T) (runs string) {
	t.Helper()
	runs = t.TempDir()
	run(t, runs, "a", "a", 5, results.Complete)
	run(t, runs, "b", "b", 1, results.Complete)
	run(t, runs, "c", "c", 3, results.Partial)
	run(t, runs, "kept", "d", 2, results.Complete)
	run(t, runs, "e", "e", 4, results.Running) // and was killed
	must(t, os.Symlink("b", filepath.Join(runs, latest)))
	return runs
}

func look(t *testing.T, folder string, rule Rule) *Runs {
	t.Helper()
	runs, err := Look(folder, rule)
	must(t, err)
	t.Cleanup(func() { must(t, runs.Close()) })
	return runs
}

// doomed are the names of what is to be deleted, in order.
func doomed(r *Runs) (names []string) {
	for _, e := range r.Entries {
		if e.Kept == "" {
			names = append(names, e.Name)
		}
	}
	return names
}

func TestWhatTheRuleKeeps(t *testing.T) {
	for name, c := range map[string]struct {
		rule Rule
		want string
	}{
		"the newest":       {Rule{Newest: 2}, "c kept"},
		"named":            {Rule{Named: true}, "a e c"},
		"newest and named": {Rule{Newest: 1, Named: true}, "e c"},
		"none":             {Rule{}, "a e c kept"},
		"none at all":      {Rule{Latest: true}, "a e c kept b"},
		"all":              {Rule{Newest: 9}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			runs := five(t)
			c.rule.Link, c.rule.Views, c.rule.Lock = latest, rule().Views, lock
			r := look(t, runs, c.rule)
			if got := strings.Join(doomed(r), " "); got != c.want {
				t.Fatalf("%q would be deleted, want %q: %+v", got, c.want, r.Entries)
			}
			many, disk := r.Doomed()
			if many != len(strings.Fields(c.want)) || disk < int64(many)*3*5000 {
				t.Errorf("%d folders, %d bytes", many, disk)
			}
			if folders, freed, err := r.Delete(); folders != many || freed != disk || err != nil {
				t.Errorf("deleted %d, %d bytes, %v", folders, freed, err)
			}
			left, err := os.ReadDir(runs)
			must(t, err)
			for _, e := range left {
				if slices.Contains(strings.Fields(c.want), e.Name()) || c.rule.Latest && e.Name() == latest {
					t.Errorf("%s is still there", e.Name())
				}
			}
			if want := 6 - many; len(left) != want && !c.rule.Latest {
				t.Errorf("%d are left, want %d", len(left), want)
			}
		})
	}
}

// What is not a run as it was left stays, and so does all that links lead to.
func TestWhatIsNoRunStays(t *testing.T) {
	for name, c := range map[string]struct {
		put  func(t *testing.T, folder string)
		want string
	}{
		"notes": {func(t *testing.T, f string) { write(t, f, "notes.txt") }, "no run leaves notes.txt"},
		"two": {func(t *testing.T, f string) { write(t, f, "a", "b"); write(t, f, "trials", "x") },
			"no run leaves a (and 1 more)"},
		"a trial of its own": {func(t *testing.T, f string) { write(t, f, "trials", "group", "02-after", "ops.bin") },
			"no run leaves trials/group/02-after"},
		"a link within": {func(t *testing.T, f string) {
			must(t, os.Symlink("/etc", filepath.Join(f, "trials", "group", "01-before", "etc")))
		}, "no run leaves trials/group/01-before/etc"},
		"an edit": {func(t *testing.T, f string) {
			must(t, os.WriteFile(filepath.Join(f, results.PlanFile), []byte("other"), 0o600))
		}, "it is damaged: plan.txt is not what the run left"},
		"no manifest": {func(t *testing.T, f string) { must(t, os.Remove(filepath.Join(f, manifest.File))) },
			"it is damaged: manifest.jsonl is missing"},
		"no run.json": {func(t *testing.T, f string) { must(t, os.Remove(filepath.Join(f, results.RunFile))) },
			"it is not a run's folder: it has no run.json"},
		"another run.json": {func(t *testing.T, f string) {
			must(t, os.WriteFile(filepath.Join(f, results.RunFile), []byte(`{"name": "app"}`), 0o600))
		}, "schema 0 cannot be read"},
		"a link to run.json": {func(t *testing.T, f string) {
			at := filepath.Join(f, results.RunFile)
			must(t, os.Rename(at, filepath.Join(f, "real")))
			must(t, os.Symlink("real", at))
		}, "is a link, and no regular file"},
		"a link in its place": {func(t *testing.T, f string) {
			must(t, os.Rename(f, filepath.Join(filepath.Dir(f), "..", "moved")))
			must(t, os.Symlink("../moved", f))
			t.Cleanup(func() { must(t, os.RemoveAll(filepath.Join(filepath.Dir(f), "..", "moved"))) })
		}, "it is a link"},
		"a file in its place": {func(t *testing.T, f string) { must(t, os.RemoveAll(f)); write(t, f) },
			"it is a regular file"},
		"a run that goes on": {func(t *testing.T, f string) {
			unlock, err := lock(f)
			must(t, err)
			t.Cleanup(func() { must(t, unlock()) })
		}, "it goes on"},
	} {
		t.Run(name, func(t *testing.T) {
			runs := filepath.Join(t.TempDir(), "runs")
			folder := run(t, runs, "a", "a", 1, results.Complete)
			c.put(t, folder)
			r := look(t, runs, rule())
			if len(r.Entries) != 1 || !strings.Contains(r.Entries[0].Kept, c.want) {
				t.Errorf("%+v, want it kept for %q", r.Entries, c.want)
			}
			if folders, _, err := r.Delete(); folders != 0 || err != nil {
				t.Errorf("deleted %d, %v", folders, err)
			}
			if _, err := os.Stat(folder); err != nil {
				t.Error(err)
			}
		})
	}
}

// A run that was interrupted before its first trial has neither manifest nor plan.
func TestARunBeforeItsFirstTrialIsOne(t *testing.T) {
	runs := t.TempDir()
	folder := run(t, runs, "a", "a", 1, results.Partial)
	for _, name := range []string{results.PlanFile, manifest.File, results.TrialsDir} {
		must(t, os.RemoveAll(filepath.Join(folder, name)))
	}
	write(t, folder, results.PilotDir, "ops.bin")
	write(t, folder, results.RunFile+".12.tmp")
	if r := look(t, runs, rule()); len(doomed(r)) != 1 {
		t.Errorf("%+v", r.Entries)
	}
}

// What an interrupted prune leaves is still a run, and the next one deletes it.
func TestAnInterruptedPruneIsResumed(t *testing.T) {
	runs := t.TempDir()
	folder := run(t, runs, "a", "a", 1, results.Complete)
	must(t, errors.Join(os.RemoveAll(filepath.Join(folder, results.TrialsDir)),
		os.Remove(filepath.Join(folder, "report.html"))))
	r := look(t, runs, rule())
	if folders, _, err := r.Delete(); folders != 1 || err != nil {
		t.Errorf("deleted %d, %v: %+v", folders, err, r.Entries)
	}
}

// Between the look and the deletion another process may have begun to resume a run, or put something in its place.
func TestWhatHasChangedMeanwhileStays(t *testing.T) {
	runs := t.TempDir()
	run(t, runs, "a", "a", 1, results.Complete)
	run(t, runs, "b", "b", 1, results.Complete)
	run(t, runs, "c", "c", 1, results.Complete)
	r := look(t, runs, rule())
	unlock, err := lock(filepath.Join(runs, "a"))
	must(t, err)
	must(t, os.Rename(filepath.Join(runs, "b"), filepath.Join(runs, "moved")))
	write(t, runs, "b", "mine")
	folders, _, err := r.Delete()
	if folders != 1 || err == nil || !strings.Contains(err.Error(), "another folder has taken its place") ||
		!strings.Contains(err.Error(), filepath.Join(runs, "a")) {
		t.Errorf("deleted %d, %v", folders, err)
	}
	must(t, unlock())
	for _, name := range []string{"a/run.json", "b/mine", "moved/run.json"} {
		if _, err := os.Stat(filepath.Join(runs, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestLookNeedsAFolderOfRuns(t *testing.T) {
	if _, err := Look(filepath.Join(t.TempDir(), "gone"), rule()); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	folder := run(t, t.TempDir(), "a", "a", 1, results.Complete)
	if _, err := Look(folder, rule()); err == nil || !strings.Contains(err.Error(), "is a run's folder itself") {
		t.Error(err)
	}
}
