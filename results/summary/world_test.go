package summary_test

import (
	"slices"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/manifest/manifesttest"
	"aftershock/results/summary"
)

const (
	ms  = time.Millisecond
	sec = time.Second
)

// world is a run's folder, made of files as a run leaves them.
type world struct {
	t      testing.TB
	folder string
	run    results.Run
	trials int // written so far
}

// repair is the fix under test: the median response under the trigger, which 8 pairs of 200 batches can judge.
var repair = results.Fix{
	Name: "repair", Summary: "broken -> whole", Primary: results.Metric{Name: "p50", Phase: results.UnderTrigger},
	Trigger: results.Trigger{Counter: "fired", Unit: "batches", Says: "batches that met the defect"},
}

// newWorld begins a run of one fix with 8 planned pairs.
func newWorld(t testing.TB, fix results.Fix) *world {
	t.Helper()
	return &world{t: t, folder: t.TempDir(), run: results.Run{
		Schema: results.Schema, ID: "some-run", Name: "leader-churn", Command: []string{"aftershock", "run", "leader-churn"},
		Status: results.Complete, Started: time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC), Cluster: "processes",
		Seed: 7, Pairs: 8, Reserve: 1, Margin: 0.1, TrialTime: 12 * sec, Fixes: []results.Fix{fix},
		Calibration: &results.Calibration{
			Schema: results.CalibrationSchema, Made: time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC), Result: results.Sound,
			Environment: results.Environment{Aftershock: "v0.1.0"},
		},
	}}
}

// trial writes a trial as it was planned, altered by the steps, and gives its folder.
func (w *world) trial(pair int, arm results.Arm, steps ...step) string {
	w.t.Helper()
	r := newRecipe(w.run.Fixes[0].Name, pair, arm)
	r.trial.Position = w.trials
	w.trials++
	for _, s := range steps {
		s(r)
	}
	return r.write(w.t, w.folder)
}

// pair writes both trials; the steps are for the after arm.
func (w *world) pair(number int, after ...step) {
	w.t.Helper()
	w.trial(number, results.Before)
	w.trial(number, results.After, after...)
}

// noise is what 8 pairs differ by when nothing differs: a per cent or two.
var noise = []float64{0.985, 0.996, 1.004, 1.008, 1.019, 0.988, 0.991, 1.012}

// pairs writes 8 pairs whose after arm takes factor times as long under the trigger, give or take the noise.
func (w *world) pairs(factor float64, after ...step) {
	w.t.Helper()
	for i, n := range noise {
		w.pair(i+1, append([]step{slower(results.UnderTrigger, factor*n)}, after...)...)
	}
}

// save writes run.json, and makes a whole run of what is there.
func (w *world) save() {
	w.t.Helper()
	for i := range w.run.Fixes {
		g := w.run.Fixes[i].Alone()
		if !slices.ContainsFunc(w.run.Groups, func(known results.Group) bool { return known.Name == g.Name }) {
			w.run.Groups = append(w.run.Groups, g)
		}
	}
	manifesttest.Seal(w.t, w.folder, w.run)
}

// compute gives the summary of what was written.
func (w *world) compute() summary.Summary {
	w.t.Helper()
	w.save()
	return compute(w.t, w.folder)
}

func compute(t testing.TB, folder string) summary.Summary {
	t.Helper()
	s, err := summary.Compute(folder)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fix gives the summary of the run's first fix.
func (w *world) fix() summary.Fix {
	w.t.Helper()
	return w.compute().Fixes[0]
}

// row gives a metric's row, which must be there.
func row(t testing.TB, f summary.Fix, name, phase string) summary.Row {
	t.Helper()
	r, ok := f.Row(results.Metric{Name: name, Phase: phase})
	if !ok {
		t.Fatalf("no row %s (%s)", name, phase)
	}
	return r
}
