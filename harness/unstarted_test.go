package harness_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/internal/process"
	"aftershock/internal/slow"
	"aftershock/results"
)

// Members that cannot start for a cause that stays failed in every trial of a run, which then said "exit code 1", was
// complete, and ended with the exit code of a run that is merely undecided.
func TestMembersThatCannotStartEndTheRun(t *testing.T) {
	slow.Boots(t)
	o := options(t, "steady")
	o.Scenario.Budget.Reserve = 5
	processes := o.Runtime.Boot
	o.Runtime.Boot = func(ctx context.Context, c cluster.Config) (cluster.Cluster, error) {
		if err := os.WriteFile(filepath.Join(c.DataRoot, "n2"), nil, 0o600); err != nil { // where its folder should be
			return nil, err
		}
		return processes(ctx, c)
	}
	folder, w, err := run(t, o)
	var u *process.Unstarted
	if !errors.As(err, &u) || errors.Is(err, harness.ErrNoValidPair) || u.Who != "member n2" || u.Noise || len(w.trials) != 2 {
		t.Fatalf("after %d trials: %v", len(w.trials), err)
	}
	log := filepath.Join(folder, results.TrialDir(slotOf(w.trials[1]), w.trials[1].Attempt), "members", "n2.log")
	for _, want := range []string{"two trials in a row did not begin", "member n2", "not a directory", "read " + log} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
	record, err := results.ReadRun(folder)
	if err != nil || record.Status != results.Partial || !strings.Contains(record.Why, "not a directory") || strings.Contains(record.Why, folder) {
		t.Errorf("status %q because of %q, %v", record.Status, record.Why, err)
	}
	if said := w.trials[0].Invalid; !strings.Contains(said, "not a directory") || !strings.Contains(said, "(n2.log)") {
		t.Errorf("the first trial: %q", said)
	}
}

func slotOf(t results.Trial) results.Slot {
	return results.Slot{Group: t.Group, Block: t.Block, Arm: t.Arm}
}

// What Go's runtime writes when it ends a member went nowhere.
func TestACrashOfAMemberIsInItsLog(t *testing.T) {
	slow.Alone(t)
	limit(t, syscall.RLIMIT_FSIZE, 1<<20) // etcd makes a file of 64 MB at once
	folder := t.TempDir()
	c, err := cluster.StartProcesses(t.Context(), cluster.Config{
		Members: 1, Tick: scenario().Cluster.Tick, Election: scenario().Cluster.Election, DataRoot: filepath.Join(folder, "data"),
		LogDir: filepath.Join(folder, "members"),
	})
	if err == nil {
		t.Fatal("it started", c.Close())
	}
	var u *process.Unstarted
	if !errors.As(err, &u) || u.Log != filepath.Join(folder, "members", "n1.log") || u.Said == "" || strings.Contains(err.Error(), folder) {
		t.Errorf("%v, %+v", err, u)
	}
	t.Log(err)
}

// A worker that another process stopped was taken for one that hangs by itself.
func TestAWorkerThatIsStoppedFromOutsideSpoilsItsTrial(t *testing.T) {
	slow.Boots(t)
	o := options(t, "stopping")
	o.Scenario.Budget.Reserve = 0
	_, w, err := run(t, o)
	if !errors.Is(err, harness.ErrNoValidPair) || len(w.trials) == 0 {
		t.Fatalf("%d trials, %v", len(w.trials), err)
	}
	got := w.trials[0]
	if !got.Spoiled || !strings.Contains(got.Invalid, "the worker was stopped from outside") || got.Worker.Crashed ||
		got.Worker.Exit != "it was stopped from outside, and the harness killed it" {
		t.Errorf("invalid %q, spoiled %v, worker %+v", got.Invalid, got.Spoiled, got.Worker)
	}
}
