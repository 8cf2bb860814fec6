package manifest_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aftershock/internal/regular"
	"aftershock/results"
	"aftershock/results/manifest"
)

const plans = `# aftershock plan, version 1
plan scenario=churn seed=7 pair=1
client name=collector pin=follower.1
event id=e1 at=3s fault=leader-transfer target=leader

plan scenario=churn seed=7 pair=2
client name=collector pin=follower.2
`

// world is a run's folder with a manifest, and with trials that hold what their names say.
type world struct {
	t      testing.TB
	folder string
	run    results.Run
	w      *manifest.Writer
}

// newWorld begins a run.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, folder: t.TempDir(), run: results.Run{
		Schema: manifest.Since, ID: "some-run", Status: results.Running, Started: time.Date(2026, 3, 1, 2, 3, 4, 5, time.UTC),
		Command: []string{"aftershock", "run", "churn"}, Name: "churn", Scenario: json.RawMessage(`{"rate": "1000/s"}`), Seed: 7,
		Pairs: 2, Margin: 0.1,
	}}
	w.put(plans, results.PlanFile)
	var err error
	if w.w, err = manifest.Create(w.folder, w.run); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.w.Close() })
	return w
}

// must is for what the test itself does.
func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) path(name ...string) string {
	return filepath.Join(append([]string{w.folder}, name...)...)
}

func (w *world) put(text string, name ...string) {
	w.t.Helper()
	w.must(os.MkdirAll(filepath.Dir(w.path(name...)), 0o755))
	w.must(os.WriteFile(w.path(name...), []byte(text), 0o644))
}

// record is a trial.json as far as a manifest looks at it.
type record struct {
	Schema int            `json:"schema"`
	Run    string         `json:"run"`
	Seed   uint64         `json:"seed"`
	Block  int            `json:"block"`
	Arm    string         `json:"arm"`
	Plan   string         `json:"plan"`
	Files  []results.File `json:"files"`
}

func dir(block int, arm string) string { return fmt.Sprintf("trials/lock/%02d-%s", block, arm) }

// leave writes a trial's files, as they lie there before the manifest hears of their end.
func (w *world) leave(block int, arm string) (folder string) {
	w.t.Helper()
	folder = dir(block, arm)
	w.must(w.w.Begin(folder))
	w.put(fmt.Sprintf("operations of %d %s", block, arm), folder, results.OpsFile)
	w.put("", folder, "worker.log")
	w.put("n1 of "+folder, folder, "members", "n1.log")
	files, err := manifest.Files(w.path(folder))
	w.must(err)
	w.must(results.WriteJSON(w.path(folder, results.TrialFile), record{
		w.run.Schema, w.run.ID, w.run.Seed, block, arm, manifest.PlanDigests([]byte(plans))[block], files,
	}))
	return folder
}

// trial is a finished trial.
func (w *world) trial(block int, arm string) {
	w.t.Helper()
	w.must(w.w.End(w.leave(block, arm), manifest.Valid))
}

// end ends the run.
func (w *world) end(status results.Status, why string) {
	w.t.Helper()
	w.run.Status, w.run.Why, w.run.Ended = status, why, w.run.Started.Add(time.Minute)
	w.must(w.w.Run(w.run))
}

// whole is a run of two pairs.
func whole(t testing.TB) *world {
	t.Helper()
	w := newWorld(t)
	w.run.DataRoot = "tmpfs (/dev/shm)"
	w.must(w.w.Run(w.run))
	for block := 1; block <= 2; block++ {
		w.trial(block, "before")
		w.trial(block, "after")
	}
	w.end(results.Complete, "")
	return w
}

// damage is all that a reader finds, as run.json is now.
func (w *world) damage() (all []manifest.Damage) {
	w.t.Helper()
	var run results.Run
	text, err := regular.Read(w.path(results.RunFile))
	if err == nil {
		err = json.Unmarshal(text, &run)
	}
	if err != nil {
		return []manifest.Damage{{File: results.RunFile, What: err.Error()}}
	}
	c := manifest.Open(w.folder, run)
	all = c.Damage
	seen := map[string]bool{}
	look := func(folder string) {
		if !seen[folder] {
			seen[folder] = true
			damage, _ := c.Trial(folder)
			all = append(all, damage...)
		}
	}
	there, err := filepath.Glob(w.path(results.TrialsDir, "*", "*"))
	w.must(err)
	for _, found := range there {
		folder, err := filepath.Rel(w.folder, found)
		w.must(err)
		look(filepath.ToSlash(folder))
	}
	for _, folder := range c.Recorded() {
		look(folder)
	}
	return all
}

func (w *world) text(name string) []byte {
	w.t.Helper()
	text, err := os.ReadFile(w.path(name))
	w.must(err)
	return text
}
