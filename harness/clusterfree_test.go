package harness_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
)

// clusterFree are options for trials of a third of a second, without members and faults.
func clusterFree(t *testing.T, fix string, pairs int) harness.Options {
	t.Helper()
	o := options(t, fix)
	o.Scenario.Cluster = harness.ClusterSpec{}
	o.Scenario.Faults, o.Scenario.Streams = plan.Spec{}, o.Scenario.Streams[:1]
	o.Scenario.Phases = harness.Phases{WarmUp: 50 * time.Millisecond, Steady: 200 * time.Millisecond, Drain: 10 * time.Millisecond}
	o.Plans = plan.ExpandAll(o.Scenario.Name, o.Scenario.Faults, faults.Rules(), 7, pairs)
	return o
}

func TestATrialWithoutAClusterHasNoFaultAndNoElection(t *testing.T) {
	slow.Boots(t)
	folder, w, err := run(t, clusterFree(t, "steady", 1))
	if err != nil {
		t.Fatal(err)
	}
	record, err := results.ReadRun(folder)
	if err != nil || record.Cluster != results.NoCluster || record.DataRoot != "" || len(w.trials) != 2 {
		t.Fatalf("runtime %q, data root %q, %d trials, %v", record.Cluster, record.DataRoot, len(w.trials), err)
	}
	for _, trial := range w.trials {
		if trial.Invalid != "" || len(trial.Faults)+len(trial.Capacity)+len(trial.Pinned) > 0 || trial.CPU.Members != 0 {
			t.Errorf("trial %+v", trial)
		}
		var names []string
		for _, p := range trial.Phases {
			names = append(names, p.Name)
		}
		if len(names) != 2 || names[0] != results.WarmUp || names[1] != results.Steady {
			t.Errorf("phases %v", names)
		}
		checkBooks(t, readLog(t, folder, trial))
		slot := trial.Slot()
		if _, err := os.Stat(filepath.Join(folder, results.TrialDir(slot, 0), "members")); err == nil {
			t.Error("there is a folder of members")
		}
	}
}

// Both arms of a pair draw the same; another pair and another run draw something else.
func TestTheSeedOfAWorkloadIsThatOfItsPair(t *testing.T) {
	slow.Boots(t)
	var pairs []uint64
	for _, seed := range []uint64{7, 8} {
		o := clusterFree(t, "steady", 2)
		o.Seed, o.Plans = seed, plan.ExpandAll(o.Scenario.Name, o.Scenario.Faults, faults.Rules(), seed, 2)
		folder, w, err := run(t, o)
		if err != nil || len(w.trials) != 4 {
			t.Fatalf("%d trials, %v", len(w.trials), err)
		}
		given := map[int][]uint64{}
		for _, trial := range w.trials {
			n, err := readLog(t, folder, trial).Counter(seeded)
			if err != nil {
				t.Fatal(err)
			}
			given[trial.Block] = append(given[trial.Block], n)
		}
		for pair, arms := range given {
			if len(arms) != 2 || arms[0] != arms[1] {
				t.Errorf("of seed %d, the arms of pair %d are given %d", seed, pair, arms)
			}
			pairs = append(pairs, arms[0])
		}
	}
	if slices.Sort(pairs); len(slices.Compact(slices.Clone(pairs))) != 4 {
		t.Errorf("four pairs are given %d", pairs)
	}
}

func TestATrialRecordsTheMachineAndItsProcesses(t *testing.T) {
	slow.Boots(t)
	o := clusterFree(t, "steady", 1)
	o.Scenario.Phases.Steady = time.Second // for a look between the first and the last, on a busy machine too
	folder, w, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range w.trials {
		v := trial.Worker.Vitals
		if v == nil || v.Samples < 3 || v.GoroutinePeak < v.GoroutineEnd || v.GoroutineEnd < 1 || v.HeapPeak == 0 || v.HeapEnd == 0 {
			t.Errorf("%s: the worker's runtime says %+v", trial.Arm, v)
		}
		if trial.Worker.Died != 0 {
			t.Errorf("%s: a worker that lived to the end died at %v", trial.Arm, trial.Worker.Died)
		}
	}
	roles := map[string]results.Process{}
	for _, p := range w.trials[0].Processes {
		roles[p.Role] = p
	}
	for _, role := range []string{"orchestrator", "worker"} {
		if p := roles[role]; p.GOMAXPROCS < 1 || p.GOGC == 0 || p.Cores == "" {
			t.Errorf("%s is set up as %+v", role, p)
		}
	}
	record, err := results.ReadRun(folder)
	if err != nil || len(record.Environment.Host) < 16 || len(record.Environment.Binary) != 64 {
		t.Errorf("environment %+v, %v", record.Environment, err)
	}
}

// Hanging is as much an outcome as crashing: a pair that is run again because an arm hung would be chosen by its outcome.
func TestAWorkerThatHangsIsAnOutcome(t *testing.T) {
	slow.Boots(t)
	o := clusterFree(t, "hanging", 1)
	o.Scenario.Phases.Steady = time.Second
	folder, w, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.trials) != 2 {
		t.Fatalf("%d trials: the pair was run again", len(w.trials))
	}
	for _, trial := range w.trials {
		hung := trial.Arm == results.Before
		if trial.Invalid != "" || trial.Worker.Stuck != hung || trial.Worker.Crashed != hung || trial.Worker.Died != 0 {
			t.Errorf("%s: invalid %q, worker %+v", trial.Arm, trial.Invalid, trial.Worker)
		}
		if books := readLog(t, folder, trial).Books(0); !books.Balanced() || hung && books.Missed == 0 {
			t.Errorf("%s: books %+v", trial.Arm, books)
		}
	}
}

// A run that stops by itself asks after every pair from the first on, and runs no pair more once it has enough.
func TestARunStopsWhenItHasEnough(t *testing.T) {
	slow.Boots(t)
	o := clusterFree(t, "steady", 5)
	o.Stop = &results.Stop{Width: 0.1, MaxPairs: 5, MaxTime: time.Hour}
	asked := 0
	o.Enough = func(folder, fix string) (bool, error) {
		if _, err := results.ReadRun(folder); err != nil || fix != "steady" {
			t.Errorf("asked of %s in %s: %v", fix, folder, err)
		}
		asked++
		return asked > 2, nil
	}
	_, w, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.trials) != 4 || asked != 3 {
		t.Errorf("%d trials, asked %d times", len(w.trials), asked)
	}
	if s := w.status(); s.Trials != 4 {
		t.Errorf("the status still promises %d trials", s.Trials)
	}
}

func TestARunStopsWhenItsTimeIsOver(t *testing.T) {
	slow.Boots(t)
	o := clusterFree(t, "steady", 50)
	length := o.Scenario.TrialTime()
	o.Stop = &results.Stop{Width: 0.1, MaxPairs: 50, MaxTime: 2*length + length/2}
	o.Enough = func(string, string) (bool, error) { return false, nil }
	_, w, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	var used time.Duration
	for _, trial := range w.trials {
		used += trial.Whole
	}
	last := w.trials[len(w.trials)-1]
	before := used - last.Whole
	if used+2*length <= o.Stop.MaxTime || before > o.Stop.MaxTime {
		t.Errorf("%d trials took %v of %v, each expected to take %v", len(w.trials), used, o.Stop.MaxTime, length)
	}
}
