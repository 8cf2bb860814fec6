package harness_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
)

// loaded is a run whose load is measured; its batches take no time that depends on it.
func loaded(t *testing.T) harness.Options {
	t.Helper()
	o := clusterFree(t, "steady", 1)
	o.Scenario.Phases.Capacity = 500 * time.Millisecond // in which batches end, however busy the machine is
	o.Scenario.Workload = harness.Settings{size: 30}
	o.Scenario.Load = &harness.LoadSpec{Setting: size, Least: 20, Most: 80, Share: 0.9}
	return o
}

// All trials have the load that the run found, it is in the record and in the command, and no pilot is left.
func TestTheLoadIsMeasuredOnceForAllTrials(t *testing.T) {
	slow.Boots(t)
	folder, w, err := run(t, loaded(t))
	if err != nil {
		t.Fatal(err)
	}
	record, err := results.ReadRun(folder)
	if err != nil {
		t.Fatal(err)
	}
	l := record.Load
	if l == nil || l.Given || l.Value < 20 || l.Value > 80 || len(l.Looks) < 1 || l.Looks[0].At != 40 || l.Looks[0].Cost <= 0 || w.load.Value != l.Value {
		t.Fatalf("load %+v, told of %+v", l, w.load)
	}
	for _, trial := range w.trials {
		log := readLog(t, folder, trial)
		if got, err := log.Counter(sized); err != nil || got != uint64(l.Value) || trial.LoadShare <= 0 {
			t.Errorf("%s: the workload's size was %d (%v), want %d; share %v", trial.Arm, got, err, l.Value, trial.LoadShare)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "pilot")); err == nil {
		t.Error("the pilot's folder is left")
	}
	if i := slices.Index(record.Command, "--load"); i < 0 {
		t.Errorf("the command %v does not repeat the load", record.Command)
	}
}

func TestALoadThatIsGivenIsNotMeasured(t *testing.T) {
	slow.Boots(t)
	o := loaded(t)
	o.Load = 33
	folder, w, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	record, err := results.ReadRun(folder)
	if err != nil || record.Load == nil || !record.Load.Given || record.Load.Value != 33 || len(record.Load.Looks) != 0 {
		t.Fatalf("load %+v, %v", record.Load, err)
	}
	if got, err := readLog(t, folder, w.trials[0]).Counter(sized); err != nil || got != 33 {
		t.Errorf("the workload's size was %d, %v", got, err)
	}
}

// What goes on has the load with which it began.
func TestAResumedRunKeepsItsLoad(t *testing.T) {
	slow.Boots(t)
	o := loaded(t)
	o.Load = 44
	folder := cutShort(t, o, 1)
	_, w, err := resume(t, folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range w.trials {
		if got, err := readLog(t, folder, trial).Counter(sized); err != nil || got != 44 {
			t.Errorf("the workload's size was %d, %v", got, err)
		}
	}
}

// A run that never came to its first trial has nothing to resume.
func TestARunThatWasCutShortInItsPilot(t *testing.T) {
	slow.Boots(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	w := newWitness()
	go func() {
		<-w.began
		cancel(errEnough)
	}()
	folder, err := harness.Run(ctx, loaded(t), w)
	if err == nil || len(w.trials) != 0 {
		t.Fatalf("%d trials, %v", len(w.trials), err)
	}
	if record, err := results.ReadRun(folder); err != nil || record.Status != results.Partial {
		t.Errorf("status %q, %v", record.Status, err)
	}
	if _, err := harness.Resume(folder, registry); err == nil || !strings.Contains(err.Error(), "before its first trial") {
		t.Errorf("resume: %v", err)
	}
}

func TestALoadThatCannotBeSetIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*harness.Options)
		want   string
	}{
		"fixed":       {func(o *harness.Options) { o.Scenario.Load, o.Load = nil, 7 }, `the load of scenario short is fixed`},
		"below 1":     {func(o *harness.Options) { o.Load = -1 }, "--load is -1 (allowed: 1 or more)"},
		"no capacity": {func(o *harness.Options) { o.Scenario.Phases.Capacity = 0 }, "have no capacity"},
	} {
		o := loaded(t)
		c.change(&o)
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
