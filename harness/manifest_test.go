package harness_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/manifest"
)

// A run whose files are not as it left them is not resumed: it would be judged by other files than it was begun with.
func TestResumeRefusesWhatWasAltered(t *testing.T) {
	slow.Boots(t)
	whole := cutShort(t, clusterFree(t, "steady", 2), 2)
	record, err := results.ReadRun(whole)
	if err != nil {
		t.Fatal(err)
	}
	trial := filepath.ToSlash(results.TrialDir(record.Order[0], 0))
	for name, c := range map[string]struct{ file, from, to, want string }{
		"stream":    {results.RunFile, `"name": "batch"`, `"name": "lookup"`, `[{"name":"lookup",`},
		"margin":    {results.RunFile, `"margin": 0.1`, `"margin": 0.5`, `"margin":0.5,"`},
		"primary":   {results.RunFile, `"primary": {`, `"primary": {"phase": "steady", `, "damaged: run.json: fixes is ..."},
		"why":       {results.RunFile, `enough"`, `too little"`, "damaged: run.json: why is "},
		"plan":      {results.PlanFile, "seed=7", "seed=8", "damaged: plan.txt: is not what the run left"},
		"manifest":  {manifest.File, `"begun"`, `"Begun"`, "damaged: manifest.jsonl: line "},
		"record":    {trial + "/trial.json", `"position": 0`, `"position": 9`, "damaged: " + trial + "/trial.json: is not what the run left"},
		"no record": {trial + "/trial.json", "{", "", "damaged: " + trial + "/trial.json: "},
		"events":    {trial + "/events.jsonl", `"`, `'`, "damaged: " + trial + "/events.jsonl: is not what the run left"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "copy")
			file := filepath.Join(folder, c.file)
			if err := os.CopyFS(folder, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(file)
			if err != nil || !strings.Contains(string(text), c.from) {
				t.Fatalf("%s lacks %s: %v", c.file, c.from, err)
			}
			if _, err := harness.Resume(folder, registry); err != nil {
				t.Fatalf("as it was: %v", err)
			}
			if err := os.WriteFile(file, []byte(strings.Replace(string(text), c.from, c.to, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := harness.Resume(folder, registry); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
}

// A run's manifest says all that it did, and its files are as it says, whether it was interrupted, killed or whole.
func TestARunIsAsItsManifestSays(t *testing.T) {
	slow.Boots(t)
	folder := cutShort(t, clusterFree(t, "steady", 2), 1)
	for _, step := range []struct {
		name   string
		do     func()
		status results.Status
		lines  string
	}{
		{"interrupted", func() {}, results.Partial, "running, began, valid, began, interrupted, partial"},
		{"killed", func() { killed(t, folder) }, results.Running, "running, began, valid, began"},
		{"resumed", func() {
			if _, _, err := resume(t, folder); err != nil {
				t.Fatal(err)
			}
		}, results.Complete, "running, began, valid, began, resumed, began, valid, began, valid"},
	} {
		step.do()
		run, err := results.ReadRun(folder)
		if err != nil || run.Status != step.status {
			t.Fatalf("%s: %s, %v", step.name, run.Status, err)
		}
		check := manifest.Open(folder, run)
		damage := check.Damage
		for _, trial := range check.Recorded() {
			more, _ := check.Trial(trial)
			damage = append(damage, more...)
		}
		if len(damage) > 0 {
			t.Errorf("%s: %+v", step.name, damage)
		}
		// A machine that is disturbed has blocks run again, so that there may be more trials in the end.
		lines := told(t, folder)
		whole := step.status == results.Complete && strings.HasPrefix(lines, step.lines) && strings.HasSuffix(lines, ", complete")
		if lines != step.lines && !whole {
			t.Errorf("%s: %s", step.name, lines)
		}
	}
}

// told is what each whole line of a run's manifest is about.
func told(t *testing.T, folder string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, manifest.File))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range bytes.Lines(text) {
		var l struct {
			Run *struct {
				Fields struct {
					Status results.Status `json:"status"`
				} `json:"fields"`
			} `json:"run"`
			Trial *manifest.Trial `json:"trial"`
		}
		switch err := json.Unmarshal(line, &l); {
		case err != nil: // half a line
		case l.Run != nil && l.Run.Fields.Status != "":
			all = append(all, string(l.Run.Fields.Status))
		case l.Trial != nil:
			all = append(all, string(l.Trial.Outcome))
		case l.Run != nil:
			all = append(all, "resumed") // it said that it was running, and still does
		default:
			all = append(all, "began")
		}
	}
	return strings.Join(all, ", ")
}

// A folder in a trial's place is none of the run's, and nothing of it gets into a trial.
func TestATrialsFolderIsNew(t *testing.T) {
	slow.Boots(t)
	folder := cutShort(t, clusterFree(t, "steady", 2), 1)
	record, err := results.ReadRun(folder)
	if err != nil {
		t.Fatal(err)
	}
	place := results.TrialDir(record.Order[3], 0)
	if err := os.MkdirAll(filepath.Join(folder, place), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, _, err := resume(t, folder); !errors.Is(err, os.ErrExist) || !strings.Contains(err.Error(), place) {
		t.Errorf("%v", err)
	}
}
