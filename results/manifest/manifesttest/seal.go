// Package manifesttest gives tests runs with a manifest, without running anything.
package manifesttest

import (
	"bytes"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"aftershock/results"
	"aftershock/results/manifest"
)

// Seal makes a run of what a test has put into a folder: it writes run.json, a plan.txt where there is none, and a
// manifest in which all trials that are there now have finished. Their trial.json get what binds them to the run; one
// that cannot be read stays as it is. A trial without one was interrupted.
func Seal(t testing.TB, folder string, run results.Run) {
	t.Helper()
	s := sealer{t: t, folder: folder, run: run}
	text := s.runFile(run.Status)
	s.write(results.RunFile, text)
	if _, err := os.Stat(filepath.Join(folder, results.PlanFile)); err != nil {
		s.write(results.PlanFile, []byte("# aftershock plan, version 1\n"))
	}
	plan := s.read(results.PlanFile)
	s.plans = manifest.PlanDigests(plan)
	first, err := manifest.ChangeTo(s.runFile(results.Running), manifest.State{}, 0)
	s.must(err)
	lines := []manifest.Line{{At: run.Started, Schema: manifest.Schema, Plan: manifest.Digest(plan), Run: first}}
	through := 0
	for _, trial := range s.trials() {
		lines = append(lines, manifest.Line{At: run.Started, Begun: trial.Folder})
		if trial.SHA256 != "" {
			through++
			lines = append(lines, manifest.Line{At: run.Started, Trial: &trial})
		}
	}
	last, err := manifest.ChangeTo(text, manifest.State{Fields: first.Fields, SHA256: first.SHA256}, through)
	s.must(err)
	if last != nil {
		lines = append(lines, manifest.Line{At: run.Started, Run: last})
	}
	whole, err := manifest.Text(lines)
	s.must(err)
	s.write(manifest.File, whole)
}

type sealer struct {
	t      testing.TB
	folder string
	run    results.Run
	plans  map[int]string
}

func (s sealer) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s sealer) read(name string) []byte {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, name))
	s.must(err)
	return text
}

// write does not sync: tests make thousands of such files.
func (s sealer) write(name string, text []byte) {
	s.t.Helper()
	s.must(os.WriteFile(filepath.Join(s.folder, name), text, 0o644))
}

// runFile is run.json with a status.
func (s sealer) runFile(status results.Status) []byte {
	s.t.Helper()
	run := s.run
	run.Status = status
	return s.marshal(run)
}

func (s sealer) marshal(value any) []byte {
	s.t.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	s.must(err)
	return append(text, '\n')
}

// trials are those that are there, in the order in which they were run; without a digest where they were interrupted.
func (s sealer) trials() (all []manifest.Trial) {
	s.t.Helper()
	found, err := filepath.Glob(filepath.Join(s.folder, results.TrialsDir, "*", "*", results.TrialFile))
	s.must(err)
	folders, err := filepath.Glob(filepath.Join(s.folder, results.TrialsDir, "*", "*"))
	s.must(err)
	place := map[string]int{}
	for _, at := range folders {
		folder := path.Join(results.TrialsDir, filepath.Base(filepath.Dir(at)), filepath.Base(at))
		trial := manifest.Trial{Folder: folder, Outcome: manifest.Valid}
		if slices.Contains(found, filepath.Join(at, results.TrialFile)) {
			place[folder] = s.bind(folder)
			trial.SHA256 = s.digest(folder)
		}
		all = append(all, trial)
	}
	slices.SortStableFunc(all, func(a, b manifest.Trial) int { return place[a.Folder] - place[b.Folder] })
	return all
}

func (s sealer) digest(folder string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, folder, results.TrialFile))
	if err != nil {
		text = []byte(err.Error()) // something else stands in its place
	}
	return manifest.Digest(text)
}

// bind ties a trial.json to the run and to the files beside it, and gives its position among the trials.
func (s sealer) bind(folder string) int {
	s.t.Helper()
	at := filepath.Join(s.folder, folder)
	text, err := os.ReadFile(filepath.Join(at, results.TrialFile))
	var trial results.Trial
	if err != nil || json.Unmarshal(text, &trial) != nil || trial.Schema != results.Schema {
		return trial.Position
	}
	trial.Run, trial.Seed, trial.Plan = s.run.ID, s.run.Seed, s.plans[trial.Block]
	trial.Files, _ = manifest.Files(at) // what is no file may be what the test is about
	if bound := s.marshal(trial); !bytes.Equal(bound, text) {
		s.write(path.Join(folder, results.TrialFile), bound)
	}
	return trial.Position
}
