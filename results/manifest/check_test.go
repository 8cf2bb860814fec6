package manifest_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/manifest"

	"golang.org/x/sys/unix"
)

func TestAWholeRunHasNoDamage(t *testing.T) {
	w := whole(t)
	if damage := w.damage(); len(damage) > 0 {
		t.Errorf("%+v", damage)
	}
	c := manifest.Open(w.folder, w.run)
	if c.Unchecked || len(c.Recorded()) != 4 {
		t.Errorf("%+v", c)
	}
}

// edit rewrites a file.
func edit(from, to string, name ...string) func(*world) {
	return func(w *world) {
		w.t.Helper()
		text := string(w.text(filepath.Join(name...)))
		if !strings.Contains(text, from) {
			w.t.Fatalf("%v lacks %s", name, from)
		}
		w.put(strings.Replace(text, from, to, 1), name...)
	}
}

func remove(name ...string) func(*world) {
	return func(w *world) { w.must(os.RemoveAll(w.path(name...))) }
}

// swap puts each of two files or folders in the other's place.
func swap(a, b string) func(*world) {
	return func(w *world) {
		w.must(os.Rename(w.path(a), w.path("aside")))
		w.must(os.Rename(w.path(b), w.path(a)))
		w.must(os.Rename(w.path("aside"), w.path(b)))
	}
}

func copied(from, to string) func(*world) {
	return func(w *world) { w.must(os.CopyFS(w.path(to), os.DirFS(w.path(from)))) }
}

// foreign brings a trial of another run of the same scenario.
func foreign(seed uint64, folder string) func(*world) {
	return func(w *world) {
		other := newWorld(w.t)
		other.run.ID, other.run.Seed = "other-run", seed
		other.leave(1, "after")
		remove(folder)(w)
		w.must(os.CopyFS(w.path(folder), os.DirFS(other.path(dir(1, "after")))))
	}
}

// linked puts a file or folder elsewhere, and a link in its place.
func linked(name ...string) func(*world) {
	return func(w *world) {
		at := w.path(name...)
		elsewhere := filepath.Join(w.t.TempDir(), "elsewhere")
		w.must(os.Rename(at, elsewhere))
		w.must(os.Symlink(elsewhere, at))
	}
}

// inPlace puts something else in a file's or folder's place.
func inPlace(put func(path string) error, name ...string) func(*world) {
	return func(w *world) {
		remove(name...)(w)
		w.must(put(w.path(name...)))
	}
}

func mkfifo(path string) error { return unix.Mkfifo(path, 0o600) }

func mkdir(path string) error { return os.Mkdir(path, 0o755) }

func mkfile(path string) error { return os.WriteFile(path, []byte("text"), 0o644) }

// Every kind of damage names its file, and says what is wrong with it.
func TestDamageIsNamed(t *testing.T) {
	one, two := dir(1, "after"), dir(2, "after")
	for _, c := range []struct {
		name  string
		spoil func(*world)
		want  []manifest.Damage
	}{
		{"the status is edited", edit(`"status": "complete"`, `"status": "partial"`, results.RunFile),
			[]manifest.Damage{{results.RunFile, `status is "partial" and was "complete"`}}},
		{"the seed is edited", edit(`"seed": 7`, `"seed": 8`, results.RunFile), []manifest.Damage{{results.RunFile, `seed is 8 and was 7`}}},
		{"the scenario is edited", edit(`1000/s`, `4000/s`, results.RunFile),
			[]manifest.Damage{{results.RunFile, `scenario is {"rate":"4000/s"} and was {"rate":"1000/s"}`}}},
		{"a field is added", edit(`"seed": 7`, `"seed": 7, "why": "not"`, results.RunFile),
			[]manifest.Damage{{results.RunFile, `why is "not" and was absent`}}},
		{"a field is taken out", edit(`"seed": 7,`, ``, results.RunFile), []manifest.Damage{{results.RunFile, `seed is absent and was 7`}}},
		{"only a blank is added", edit(`"seed": 7`, `"seed":  7`, results.RunFile),
			[]manifest.Damage{{results.RunFile, "is not written as the run wrote it"}}},
		{"run.json is a link", linked(results.RunFile), []manifest.Damage{{results.RunFile, "is a link, and no regular file"}}},
		{"the plan is edited", edit("at=3s", "at=4s", results.PlanFile), []manifest.Damage{{results.PlanFile, "is not what the run left: its SHA-256 is "}}},
		{"the plan is gone", remove(results.PlanFile), []manifest.Damage{{results.PlanFile, "is missing"}}},
		{"the plan is a FIFO", inPlace(mkfifo, results.PlanFile), []manifest.Damage{{results.PlanFile, "is a FIFO, and no regular file"}}},
		{"the manifest is gone", remove(manifest.File), []manifest.Damage{{manifest.File, "is missing"}}},
		{"the manifest is a folder", inPlace(mkdir, manifest.File), []manifest.Damage{{manifest.File, "is a directory"}}},
		{"the manifest is empty", inPlace(func(p string) error { return os.WriteFile(p, nil, 0o600) }, manifest.File),
			[]manifest.Damage{{manifest.File, "line 1: it is missing"}}},
		{"the manifest is edited", edit(`"trials":4`, `"trials":3`, manifest.File), []manifest.Damage{{manifest.File, "line 11: its digest does not follow "}}},
		{"the manifest goes on", func(w *world) { w.put(string(w.text(manifest.File))+"{", manifest.File) },
			[]manifest.Damage{{manifest.File, "goes on after the end of the run"}}},
		{"the manifest lacks its end", func(w *world) {
			lines := split(w.text(manifest.File))
			w.put(string(bytes.Join(lines[:len(lines)-1], nil)), manifest.File)
		}, []manifest.Damage{{results.RunFile, `ended is "2026-03-01T02:04:04.000000005Z" and was absent; status is "complete" and was "running"`}}},
		{"operations are altered", edit("operations", "Operations", one, results.OpsFile),
			[]manifest.Damage{{one + "/ops.bin", "is not what the run left: its SHA-256 is "}}},
		{"operations are cut", edit("operations", "operation", one, results.OpsFile), []manifest.Damage{{one + "/ops.bin", "has 20 bytes and had 21"}}},
		{"operations of the other arm", swap(one+"/ops.bin", dir(1, "before")+"/ops.bin"), []manifest.Damage{
			{one + "/ops.bin", "has 22 bytes and had 21"}, {dir(1, "before") + "/ops.bin", "has 21 bytes and had 22"},
		}},
		{"operations are gone", remove(one, results.OpsFile), []manifest.Damage{{one + "/ops.bin", "is missing"}}},
		{"operations are a folder", inPlace(mkdir, one, results.OpsFile), []manifest.Damage{{one + "/ops.bin", "is a directory"}}},
		{"operations are a FIFO", inPlace(mkfifo, one, results.OpsFile), []manifest.Damage{{one + "/ops.bin", "is a FIFO, and no regular file"}}},
		{"operations are a link", linked(one, results.OpsFile), []manifest.Damage{{one + "/ops.bin", "is a link, and no regular file"}}},
		{"a log below is altered", edit("n1", "n2", one, "members", "n1.log"),
			[]manifest.Damage{{one + "/members/n1.log", "is not what the run left: its SHA-256 is "}}},
		{"a folder of logs is a link", linked(one, "members"), []manifest.Damage{
			{one + "/members/n1.log", "lies behind a link"}, {one + "/members", "is not a file of this trial"},
		}},
		{"a file is added", func(w *world) { w.put("", one, "cpu.pprof") },
			[]manifest.Damage{{one + "/cpu.pprof", "is not a file of this trial"}}},
		{"a record is edited", edit(`"arm": "after"`, `"arm": "before"`, one, results.TrialFile),
			[]manifest.Damage{{one + "/trial.json", "is not what the run left: its SHA-256 is "}}},
		{"a record is of another schema", edit(`"schema": 2`, `"schema": 1`, one, results.TrialFile),
			[]manifest.Damage{{one + "/trial.json", "is of schema 1 in a run of schema 2"}}},
		{"a record is gone", remove(one, results.TrialFile), []manifest.Damage{{one + "/trial.json", "is missing"}}},
		{"a record is empty", inPlace(func(p string) error { return os.WriteFile(p, nil, 0o600) }, one, results.TrialFile),
			[]manifest.Damage{{one + "/trial.json", "unexpected end of JSON input"}}},
		{"a trial is gone", remove(one), []manifest.Damage{{one, "is missing"}}},
		{"all trials are gone", remove(results.TrialsDir), []manifest.Damage{
			{"trials", "is missing"}, {"trials", "is missing"}, {"trials", "is missing"}, {"trials", "is missing"},
		}},
		{"a trial is a file", inPlace(mkfile, one), []manifest.Damage{{one, "is a regular file, where a folder should be"}}},
		{"a trial is a FIFO", inPlace(mkfifo, one), []manifest.Damage{{one, "is a FIFO, where a folder should be"}}},
		{"a trial is a link", linked(one), []manifest.Damage{{one, "is a link, where a folder should be"}}},
		{"a trial is another's", swap(one, two), []manifest.Damage{
			{one + "/trial.json", "is not what the run left: its SHA-256 is "}, {two + "/trial.json", "is not what the run left: its SHA-256 is "},
		}},
		{"a trial is copied to another pair", copied(one, dir(3, "after")),
			[]manifest.Damage{{dir(3, "after"), "is not a trial of this run: the manifest does not have it"}}},
		{"a trial of another seed", foreign(8, one), []manifest.Damage{{one + "/trial.json", `is that of another run: "other-run", seed 8`}}},
		{"a trial of another run", foreign(7, one), []manifest.Damage{{one + "/trial.json", `is that of another run: "other-run", seed 7`}}},
		{"a trial of another run in a new place", foreign(7, dir(3, "after")),
			[]manifest.Damage{{dir(3, "after"), "is not a trial of this run: the manifest does not have it"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := whole(t)
			c.spoil(w)
			got := w.damage()
			if len(got) != len(c.want) {
				t.Fatalf("got  %+v\nwant %+v", got, c.want)
			}
			for i, want := range c.want {
				if got[i].File != want.File || !strings.HasPrefix(got[i].What, want.What) {
					t.Errorf("got  %+v\nwant %+v", got[i], want)
				}
			}
		})
	}
}

// An interrupted trial has begun and not finished: nothing of it counts, whatever lies in its folder.
func TestATrialThatWasCutShort(t *testing.T) {
	w := newWorld(t)
	w.trial(1, "before")
	folder := w.leave(1, "after")
	edit("operations", "Operations", folder, results.OpsFile)(w)
	w.end(results.Partial, "interrupted")
	if damage := w.damage(); len(damage) > 0 {
		t.Errorf("%+v", damage)
	}
	if _, cutShort := manifest.Open(w.folder, w.run).Trial(folder); !cutShort {
		t.Error("it has finished")
	}
}

// A copy of a run, and one that is reached through a link, are as whole as the run.
func TestWhereARunLiesIsNoDamage(t *testing.T) {
	w := whole(t)
	w.must(os.CopyFS(filepath.Join(w.t.TempDir(), "copy"), os.DirFS(w.folder)))
	link := filepath.Join(t.TempDir(), "latest")
	w.must(os.Symlink(w.folder, link))
	w.folder = link
	if damage := w.damage(); len(damage) > 0 {
		t.Errorf("%+v", damage)
	}
}

// No byte of any file of a run can be flipped, taken away or added without being seen.
func TestEveryFileCounts(t *testing.T) {
	w := whole(t)
	checked := 0
	err := filepath.WalkDir(w.folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		changes := [][]byte{append(bytes.Clone(text), '\n'), append([]byte(" "), text...), {}}
		for at := 0; at < len(text); at += 1 + len(text)/9 {
			flipped := bytes.Clone(text)
			flipped[at] ^= 1
			changes = append(changes, flipped, append(bytes.Clone(text[:at]), text[at+1:]...))
		}
		for _, changed := range changes {
			if bytes.Equal(changed, text) {
				continue
			}
			w.must(os.WriteFile(path, changed, 0o644))
			if checked++; len(w.damage()) == 0 {
				t.Errorf("%s: %q instead of %q is not seen", path, changed, text)
			}
		}
		return os.WriteFile(path, text, 0o644)
	})
	if err != nil || checked < 100 {
		t.Errorf("%d changes, %v", checked, err)
	}
	if damage := w.damage(); len(damage) > 0 {
		t.Errorf("put back, it is damaged: %+v", damage)
	}
}

// Each line is an object of its own, which other programs read.
func TestEachLineIsJSON(t *testing.T) {
	w := whole(t)
	for i, line := range split(w.text(manifest.File)) {
		var l map[string]any
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		things := 0
		for _, name := range []string{"run", "begun", "trial"} {
			if l[name] != nil {
				things++
			}
		}
		if things != 1 || l["line"] != float64(i+1) || len(l["digest"].(string)) != 64 {
			t.Errorf("%s", line)
		}
	}
}

// Of a long value that differs in one place, that place is shown.
func TestALongValueIsShownWhereItDiffers(t *testing.T) {
	w := newWorld(t)
	w.run.Scenario = json.RawMessage(`{"name":"churn","asks":"Does it hold when the leader goes away again and again?","rate":"1000/s","pairs":8}`)
	w.end(results.Complete, "")
	edit("1000/s", "4000/s", results.RunFile)(w)
	want := []manifest.Damage{{
		File: results.RunFile, What: `scenario is ...n and again?","rate":"4000/s","pairs":8} and was ...n and again?","rate":"1000/s","pairs":8}`,
	}}
	if got := w.damage(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
