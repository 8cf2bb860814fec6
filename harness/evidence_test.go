package harness_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/results"

	"github.com/google/pprof/profile"
)

func trialFile(folder string, trial results.Trial, name string) string {
	slot := trial.Slot()
	return filepath.Join(folder, results.TrialDir(slot, trial.Attempt), name)
}

func TestAProfiledTrialLeavesItsEvidence(t *testing.T) {
	slow.Boots(t)
	o := clusterFree(t, "steady", 1)
	o.Profile = true
	folder, w, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	if record, err := results.ReadRun(folder); err != nil || !record.Profiled {
		t.Errorf("run.json does not say that it was profiled: %v", err)
	}
	for _, trial := range w.trials {
		e := trial.Evidence
		if trial.Invalid != "" || e == nil || len(e.Missing) > 0 || e.TraceBytes == 0 || len(e.Profiles) != 1 || e.Worst == nil {
			t.Fatalf("%s: invalid %q, evidence %+v", trial.Arm, trial.Invalid, e)
		}
		// Without a fault the slowest batch is looked for in steady.
		if steady := trial.Windows(results.Steady)[0]; !steady.Holds(e.Worst.At) || e.Profiles[0].From < steady.From {
			t.Errorf("%s: evidence %+v of %+v", trial.Arm, e, steady)
		}
		for _, name := range []string{results.TraceFile, results.WorstFile} {
			if info, err := os.Stat(trialFile(folder, trial, name)); err != nil || info.Size() == 0 {
				t.Errorf("%s: %s: %v", trial.Arm, name, err)
			}
		}
		data, err := os.ReadFile(trialFile(folder, trial, results.ProfileFile(results.Steady)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := profile.ParseData(data); err != nil {
			t.Errorf("%s: %v", trial.Arm, err)
		}
	}
}

// A crash is an outcome, and what the worker had written by then is still there.
func TestAProfiledWorkerThatCrashesLeavesWhatItHas(t *testing.T) {
	slow.Boots(t)
	o := clusterFree(t, "crashing", 1)
	o.Profile, o.Scenario.Phases.Steady = true, time.Second
	folder, w, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range w.trials {
		if trial.Invalid != "" || trial.Worker.Crashed != (trial.Arm == results.Before) || (trial.Evidence == nil) != trial.Worker.Crashed {
			t.Errorf("%s: invalid %q, worker %+v, evidence %+v", trial.Arm, trial.Invalid, trial.Worker, trial.Evidence)
		}
		if _, err := os.Stat(trialFile(folder, trial, results.TraceFile)); err != nil {
			t.Error(err)
		}
	}
}

func TestOnlyAProfiledRunHasEvidence(t *testing.T) {
	slow.Boots(t)
	folder, w, err := run(t, clusterFree(t, "steady", 1))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Dir(trialFile(folder, w.trials[0], "x")))
	if err != nil || w.trials[0].Evidence != nil {
		t.Errorf("evidence %+v, %v", w.trials[0].Evidence, err)
	}
	for _, e := range entries {
		if slices.Contains([]string{".pprof", ".out", ".trace"}, filepath.Ext(e.Name())) {
			t.Errorf("%s is left", e.Name())
		}
	}
}

// Trials with and without a profiler are no run.
func TestAProfiledRunIsResumedProfiled(t *testing.T) {
	slow.Boots(t)
	o := clusterFree(t, "steady", 2)
	o.Profile = true
	folder := cutShort(t, o, 1)
	if resumed, w, err := resume(t, folder); err != nil || !resumed.Profile || w.trials[0].Evidence == nil {
		t.Errorf("profile %v, %v", resumed.Profile, err)
	}
}
