package harness_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/manifest"
	"aftershock/results/manifest/manifesttest"
)

var errEnough = errors.New("the user has had enough")

// cutShort runs until so many trials are done and one more has begun, and returns the partial run's folder.
func cutShort(t *testing.T, o harness.Options, after int) string {
	t.Helper()
	ctx, cancel := context.WithCancelCause(context.Background())
	w := newWitness()
	w.trialDone = func(done int) {
		if done == after {
			cancel(errEnough)
		}
	}
	folder, err := harness.Run(ctx, o, w)
	if !errors.Is(err, errEnough) {
		t.Fatalf("error %v", err)
	}
	return folder
}

// trialsOf reads every trial of a run by its folder's name.
func trialsOf(t *testing.T, folder string) map[string]results.Trial {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, results.TrialsDir, "*", "*", results.TrialFile))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]results.Trial{}
	for _, file := range files {
		trial, err := results.ReadTrial(filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(filepath.Dir(file))] = trial
	}
	return all
}

func resume(t *testing.T, folder string) (harness.Options, *witness, error) {
	t.Helper()
	o, err := harness.Resume(folder, registry)
	if err != nil {
		t.Fatal(err)
	}
	w := newWitness()
	again, err := harness.Run(context.Background(), o, w)
	if again != folder {
		t.Errorf("it went on in %s", again)
	}
	return o, w, err
}

func TestResumeRunsWhatIsLeftInThePlannedOrder(t *testing.T) {
	slow.Boots(t)
	for _, after := range []int{1, 2, 3} { // within a pair, between two, within the next
		folder := cutShort(t, clusterFree(t, "steady", 3), after)
		before := trialsOf(t, folder)
		cut, err := results.ReadRun(folder)
		if err != nil || cut.Status != results.Partial {
			t.Fatalf("status %q, %v", cut.Status, err)
		}
		if _, _, err := resume(t, folder); err != nil {
			t.Fatal(err)
		}
		whole, err := results.ReadRun(folder)
		if err != nil || whole.Status != results.Complete || whole.Why != "" || len(whole.Resumed) != 1 {
			t.Fatalf("status %q because of %q, resumed %v, %v", whole.Status, whole.Why, whole.Resumed, err)
		}
		all := trialsOf(t, folder)
		for name, trial := range before {
			if all[name].Started != trial.Started {
				t.Errorf("cut after %d: %s was run again or lost", after, name)
			}
		}
		checkPairs(t, all, 3)
	}
}

// checkPairs checks that each pair has two valid trials of one attempt, and that no two trials share a position.
func checkPairs(t *testing.T, all map[string]results.Trial, pairs int) {
	t.Helper()
	type attempt struct{ pair, attempt int }
	arms, whole, positions := map[attempt]int{}, map[int]bool{}, map[int]string{}
	for name, trial := range all {
		if trial.Invalid == "" {
			key := attempt{trial.Block, trial.Attempt}
			if arms[key]++; arms[key] == 2 {
				whole[trial.Block] = true
			}
		} else if !trial.Interrupted {
			t.Errorf("%s is invalid: %s", name, trial.Invalid)
		}
		if other, taken := positions[trial.Position]; taken {
			t.Errorf("%s and %s were both the trial number %d", name, other, trial.Position)
		}
		positions[trial.Position] = name
	}
	if len(whole) != pairs {
		t.Errorf("%d whole pairs of %d in %v", len(whole), pairs, maps.Collect(maps.All(whole)))
	}
}

// killed makes of an interrupted run what kill -9 would have left: a trial that has begun and no more, half a line of
// the manifest, and a run that says it is running.
func killed(t *testing.T, folder string) {
	t.Helper()
	record, err := results.ReadRun(folder)
	if err != nil {
		t.Fatal(err)
	}
	record.Status, record.Why, record.Ended = results.Running, "", time.Time{}
	text, err := os.ReadFile(filepath.Join(folder, manifest.File))
	if err != nil {
		t.Fatal(err)
	}
	last := bytes.LastIndex(text, []byte(`"begun":`))
	end := last + bytes.IndexByte(text[last:], '\n') + 1
	left := text[:end+20] // and half of the next line
	err = errors.Join(results.WriteJSON(filepath.Join(folder, results.RunFile), record),
		os.WriteFile(filepath.Join(folder, manifest.File), left, 0o600))
	for name, trial := range trialsOf(t, folder) {
		if trial.Interrupted {
			err = errors.Join(err, os.Remove(filepath.Join(folder, results.TrialsDir, "steady", name, results.TrialFile)))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestResumeAfterAKill(t *testing.T) {
	slow.Boots(t)
	folder := cutShort(t, clusterFree(t, "steady", 2), 1)
	killed(t, folder)
	if _, _, err := resume(t, folder); err != nil {
		t.Fatal(err)
	}
	checkPairs(t, trialsOf(t, folder), 2)
}

func TestResumeRefuses(t *testing.T) {
	slow.Boots(t)
	folder := cutShort(t, clusterFree(t, "steady", 2), 2)
	record, err := results.ReadRun(folder)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*results.Run)
		want   string
	}{
		"complete":       {func(r *results.Run) { r.Status = results.Complete }, "nothing to resume"},
		"other machine":  {func(r *results.Run) { r.Environment.Host = strings.Repeat("0", 64) }, "machine was 000000000000"},
		"other binary":   {func(r *results.Run) { r.Environment.Binary = strings.Repeat("1", 64) }, "binary was 111111111111"},
		"other plan":     {func(r *results.Run) { r.PlanDigest = strings.Repeat("2", 64) }, "run.json says 222222222222"},
		"other order":    {func(r *results.Run) { r.Order[0].Block = 99 }, "the order is not that of its seed"},
		"odd order":      {func(r *results.Run) { r.Order = r.Order[1:] }, "the order is not that of its seed"},
		"unknown fix":    {func(r *results.Run) { r.Fixes[0].Name = "stedy" }, `did you mean "steady"?`},
		"foreign format": {func(r *results.Run) { r.Schema = 99 }, "schema 99"},
	} {
		t.Run(name, func(t *testing.T) {
			other := t.TempDir()
			text, err := os.ReadFile(filepath.Join(folder, results.PlanFile))
			if err != nil {
				t.Fatal(err)
			}
			changed := record
			changed.Fixes, changed.Order = slices.Clone(record.Fixes), slices.Clone(record.Order)
			c.change(&changed)
			if err = results.WriteFile(filepath.Join(other, results.PlanFile), text); err != nil {
				t.Fatal(err)
			}
			manifesttest.Seal(t, other, changed)
			if _, err := harness.Resume(other, registry); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestTwoProcessesNeverWriteToOneRun(t *testing.T) {
	slow.Boots(t)
	folder := cutShort(t, clusterFree(t, "steady", 2), 2)
	unlock, err := harness.Lock(folder)
	if err != nil {
		t.Fatal(err)
	}
	o, err := harness.Resume(folder, registry)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := harness.Run(context.Background(), o, newWitness()); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("error %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if record, err := results.ReadRun(folder); err != nil || record.Status != results.Partial {
		t.Errorf("status %q, %v", record.Status, err)
	}
}
