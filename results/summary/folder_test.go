package summary_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// put writes a file, and the folders above it.
func put(t testing.TB, text string, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	if err == nil {
		err = os.WriteFile(name, []byte(text), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What leaves nothing to compute is an error that names the file.
func TestNoRunFolder(t *testing.T) {
	replace := func(from, to string) func(*testing.T, *world) {
		return func(t *testing.T, w *world) {
			alter(t, filepath.Join(w.folder, results.RunFile), func(data []byte) []byte {
				if !strings.Contains(string(data), from) {
					t.Fatalf("run.json lacks %s", from)
				}
				return []byte(strings.ReplaceAll(string(data), from, to))
			})
		}
	}
	whole := func(text string) func(*testing.T, *world) {
		return func(t *testing.T, w *world) { put(t, text, w.folder, results.RunFile) }
	}
	for _, c := range []struct {
		name  string
		spoil func(*testing.T, *world)
		want  string
	}{
		{"no run.json", func(t *testing.T, w *world) {
			if err := os.Remove(filepath.Join(w.folder, results.RunFile)); err != nil {
				t.Fatal(err)
			}
		}, "is not a run's folder: it has no run.json"},
		{"a half-written run.json", func(t *testing.T, w *world) {
			path := filepath.Join(w.folder, results.RunFile)
			if err := os.Rename(path, path+".123.tmp"); err != nil {
				t.Fatal(err)
			}
		}, "is not a run's folder: it has no run.json"},
		{"a truncated run.json", func(t *testing.T, w *world) {
			alter(t, filepath.Join(w.folder, results.RunFile), func(data []byte) []byte { return data[:len(data)/2] })
		}, "run.json: byte "},
		{"an empty run.json", whole(""), "run.json: byte 0: unexpected end of JSON input"},
		{"other JSON", whole(`{"version": "2"}`), "run.json: schema 0 cannot be read (this program knows 1 to 2)"},
		{"a list", whole(`[1]`), "run.json: byte "},
		{"null", whole(`null`), "run.json: schema 0 cannot be read"},
		{"no JSON", whole("\x7fELF"), "run.json: byte 1: "},
		{"a newer schema", replace(`"schema": 2`, `"schema": 3`), "run.json: schema 3 cannot be read (this program knows 1 to 2)"},
		{"not a number", replace(`"margin": 0.1`, `"margin": NaN`), "run.json: byte "},
		{"infinite", replace(`"margin": 0.1`, `"margin": 1e999`), "cannot unmarshal number 1e999 into Go struct field Run.margin of type float64"},
		{"a folder", func(t *testing.T, w *world) {
			path := filepath.Join(w.folder, results.RunFile)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			put(t, "", path, "x")
		}, "run.json: is a directory"},
		{"a group of another place", replace(`"repair"`, `"../../elsewhere"`),
			`run.json: group "../../elsewhere" (allowed: names of folders, each once)`},
		{"a group without a name", replace(`"repair"`, `""`), `run.json: group "" (allowed: `},
		{"the folder itself", replace(`"repair"`, `".."`), `run.json: group ".." (allowed: `},
		{"a fix of no group", replace(`"group": "repair"`, `"group": "other"`),
			`run.json: fix "repair" compares the arm "before" of group "other", which is not there`},
		{"a fix of no arm", replace(`"after": "after"`, `"after": "aftr"`),
			`run.json: fix "repair" compares the arm "aftr" of group "repair", which is not there`},
		{"a file of trials", func(t *testing.T, w *world) { put(t, "", w.folder, results.TrialsDir) }, "trials/repair: not a directory"},
		{"a file of the fix", func(t *testing.T, w *world) { put(t, "", w.folder, results.TrialsDir, "repair") }, "trials/repair: not a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			w.save()
			c.spoil(t, w)
			_, err := summary.Compute(w.folder)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
			if _, again := summary.ComputeFix(w.folder, "repair"); again == nil || again.Error() != err.Error() {
				t.Errorf("of one fix: %v", again)
			}
		})
	}
}

// A fix that is named twice would have its trials counted twice.
func TestFixNamedTwice(t *testing.T) {
	w := newWorld(t, repair)
	w.save()
	w.run.Fixes = append(w.run.Fixes, w.run.Fixes[0])
	w.save()
	if _, err := summary.Compute(w.folder); err == nil || !strings.HasSuffix(err.Error(), `run.json: fix "repair" is there twice`) {
		t.Error(err)
	}
}

// A run that names no fix has none.
func TestRunWithoutFixes(t *testing.T) {
	w := newWorld(t, repair)
	w.run.Fixes = nil
	if s := w.compute(); len(s.Fixes) != 0 || s.Noise.Trials != 0 {
		t.Errorf("%+v", s)
	}
}

// What cannot be read of one trial, or is not what the run left, takes the verdict away from its fix and names the
// file. It was a trial that spoke against the fix: without it the run would be better than with it.
func TestBadTrialFolder(t *testing.T) {
	slow.Reads(t)
	trialFile := func(alterText func(string) string) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			alter(t, filepath.Join(folder, results.TrialFile), func(data []byte) []byte { return []byte(alterText(string(data))) })
		}
	}
	replace := func(from, to string) func(*testing.T, string) {
		return trialFile(func(text string) string {
			if !strings.Contains(text, from) {
				panic("trial.json lacks " + from)
			}
			return strings.Replace(text, from, to, 1)
		})
	}
	asFolder := func(name string) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			if err := os.Remove(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
			put(t, "", folder, name, "x")
		}
	}
	table := func(h ops.Header) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			path := filepath.Join(folder, results.OpsFile)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			made, err := ops.Create(path, h)
			if err == nil {
				err = made.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(name string) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	const record, operations, altered = results.TrialFile, results.OpsFile, "is not what the run left: its SHA-256 is "
	for _, c := range []struct {
		name   string
		spoil  func(t *testing.T, folder string)
		file   string
		why    string // against the manifest
		sealed string // by itself, where a manifest has it as it is; empty where it then is a trial, or none
	}{
		{"truncated", trialFile(func(text string) string { return text[:40] }), record, "unexpected end of JSON input", "unexpected end"},
		{"empty", trialFile(func(string) string { return "" }), record, "unexpected end of JSON input", "unexpected end"},
		{"other JSON", trialFile(func(string) string { return `{"pair": 9}` }), record, "is of schema 0 in a run of schema 2", "is of schema 0"},
		{"older", replace(`"schema": 2`, `"schema": 1`), record, "is of schema 1 in a run of schema 2", "is of schema 1"},
		{"newer", replace(`"schema": 2`, `"schema": 99`), record, "is of schema 99 in a run of schema 2", "is of schema 99"},
		{"not a number", replace(`"load": 0`, `"load": NaN`), record, "invalid character 'N'", "invalid character 'N'"},
		{"infinite", replace(`"load": 0`, `"load": -1e400`), record, altered, "byte "},
		{"another figure", replace(`"load": 0`, `"load": 1`), record, altered, ""},
		{"a folder", asFolder(record), record, "is a directory", "is a directory"},
		{"gone", remove(record), record, "is missing", ""},
		{"all gone", remove(""), "", "is missing", ""},
		{"of another group", replace(`"group": "repair"`, `"group": "null"`), record, altered, `it is that of group "null", block 9 after`},
		{"of another block", replace(`"block": 9`, `"block": 8`), record, altered, `it is that of group "repair", block 8 after`},
		{"of the other arm", replace(`"arm": "after"`, `"arm": "before"`), record, altered, `it is that of group "repair", block 9 before`},
		{"of another attempt", replace(`"attempt": 0`, `"attempt": 1`), record, altered, `it is that of group "repair", block 9 after, attempt 1`},
		{"ops.bin is a folder", asFolder(operations), operations, "is a directory", "read ops.bin: is a directory"},
		{"ops.bin is gone", remove(operations), operations, "is missing", "open ops.bin: no such file"},
		{"ops.bin is empty", func(t *testing.T, folder string) { put(t, "", folder, operations) }, operations,
			"has 0 bytes and had 44192", `offset 0: not an operation table: it begins with "", not with "AFTSHOPS"`},
		{"ops.bin is foreign", func(t *testing.T, folder string) { put(t, "PK\x03\x04, and more", folder, operations) }, operations,
			"has 14 bytes and had 44192", `offset 0: not an operation table: it begins with "PK`},
		{"ops.bin of another workload", table(ops.Header{Streams: []ops.Stream{{Name: "other", Timeout: sec}}}), operations,
			"has 4096 bytes and had 44192", "no stream is the one by which the trial is judged"},
		{"ops.bin without the trigger", table(ops.Header{Streams: []ops.Stream{{Name: "batch", Timeout: sec}}}),
			operations,
			"has 4096 bytes and had 44192", `trigger: unknown counter "fired" (allowed: )`},
		{"a counter is zeroed", func(t *testing.T, folder string) {
			alter(t, filepath.Join(folder, operations), func(data []byte) []byte { data[4096] = 0; return data })
		}, operations, altered, ""},
		{"a file", func(t *testing.T, folder string) {
			remove("")(t, folder)
			put(t, "", folder)
		}, "", "is a regular file, where a folder should be", ""},
	} {
		for _, sealed := range []bool{false, true} {
			if sealed && c.sealed == "" {
				continue
			}
			t.Run(fmt.Sprintf("%s, sealed %v", c.name, sealed), func(t *testing.T) {
				w := newWorld(t, repair)
				w.pairs(0.5)
				w.trial(9, results.Before)
				folder := w.trial(9, results.After, slower(results.UnderTrigger, 20))
				w.save()
				c.spoil(t, folder)
				why := c.why
				if sealed {
					w.save()
					why = c.sealed
				}
				w.isDamaged(path.Join("trials/repair/09-after", c.file), why)
			})
		}
	}
}

// Copies of a trial's folder are none of the run's trials.
func TestCopiesOfATrial(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5)
	trials := filepath.Join(w.folder, results.TrialsDir, repair.Name)
	for _, name := range []string{"01-after.bak", "1-after", "001-after", "01-after-again", "01-after-again01", "01-after-again0", "x-after", "01-during"} {
		if err := os.CopyFS(filepath.Join(trials, name), os.DirFS(filepath.Join(trials, "01-after"))); err != nil {
			t.Fatal(err)
		}
	}
	if f := w.fix(); f.Pairs.Valid != 8 || len(f.Pairs.Invalid) != 0 || f.Pairs.Again != 0 {
		t.Errorf("%+v", f.Pairs)
	}
}

// An arm in which everything failed has each quantile at the time-out, and no latency of successes: worse by how much
// at least, and every share told.
func TestArmOfFailures(t *testing.T) {
	w := newWorld(t, repair)
	for pair := 1; pair <= 8; pair++ {
		w.pair(pair, failing(0, 10*sec))
	}
	f := w.fix()
	if c := f.Primary.Change; f.Verdict != stat.Regressed || c.Open != stat.OpenHigh || c.Value < 400 {
		t.Errorf("%v by %+v", f.Verdict, c)
	}
	for _, r := range f.Rows {
		if r.After.Bounded() > 0 && (r.Change == nil || r.Change.Open != stat.OpenHigh || r.Change.Alone != stat.Regressed) {
			t.Errorf("%s: %+v, change %+v", r.Metric, r.After, r.Change)
		}
	}
	if r := row(t, f, "goodput", results.UnderTrigger); r.After.Median != 0 || r.Change.Verdict != stat.Regressed {
		t.Errorf("%+v, %+v", r.After, r.Change)
	}
	if r, ok := f.Row(results.Metric{Name: "build_p50", Phase: results.UnderTrigger}); ok {
		t.Errorf("what nothing succeeded in took %+v", r.After)
	}
	if got := row(t, f, "gap", results.UnderTrigger).After.Median; got != 2e9 {
		t.Errorf("gap %v, want the whole window", got)
	}
}

// A trial of no operation has no figure of any, and what it knows of itself is told.
func TestTrialOfNoOperation(t *testing.T) {
	w := newWorld(t, repair)
	for pair := 1; pair <= 8; pair++ {
		nothing := func(r *recipe) { r.batch, r.publish = nil, nil }
		w.trial(pair, results.Before, nothing)
		w.trial(pair, results.After, nothing)
	}
	f := w.fix()
	if f.Verdict != stat.Inconclusive || f.Why != "no pair has the figure in both arms" {
		t.Errorf("%v, because %q", f.Verdict, f.Why)
	}
	for _, r := range f.Rows {
		if r.Name != "capacity" && r.Phase != "" {
			t.Errorf("%s: %+v", r.Metric, r.After)
		}
	}
	if _, err := json.Marshal(f); err != nil {
		t.Error(err)
	}
}
