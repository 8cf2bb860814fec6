package harness_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/internal/slow"
	"aftershock/results"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// sticky is a cluster that can be hurt and not be healed.
type sticky struct {
	cluster.Cluster
	panics bool // as soon as it is hurt
}

func (s sticky) Partition(g chaos.Grudge) (func(), error) {
	if s.panics {
		panic("stuck while cutting")
	}
	_, err := s.Cluster.Partition(g)
	return func() { panic("stuck while healing") }, err
}

func (s sticky) Restart(context.Context, string) error { return errors.New("stuck while restarting") }

// Each way in which a fault of a trial may be left unhealed.
var unhealable = map[string]struct {
	fault  string
	panics bool
	says   []string
}{
	"a panic in an injection": {"partition-leader", true, []string{"not injected: panic: stuck while cutting", "not healed"}},
	"a panic in a heal":       {"partition-leader", false, []string{"not healed: panic: stuck while healing"}},
	"a restart that fails":    {"leader-kill", false, []string{"not healed: stuck while restarting"}},
}

// hurtBy are options whose one fault is held for most of the fault window.
func hurtBy(t *testing.T, fault string) harness.Options {
	t.Helper()
	o := options(t, "steady")
	s := &o.Scenario
	s.Faults.Faults = []plan.FaultSpec{{Fault: fault, Target: "leader", At: s.Phases.FaultStart(), For: s.Phases.Fault - s.Phases.Fault/10}}
	o.Plans = plan.ExpandAll(s.Name, s.Faults, faults.Rules(), o.Seed, 1)
	return o
}

// children lists the processes that this one has started and that have not ended.
func children(t *testing.T) []int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var all []int
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file))) // the pattern has digits only
		if len(fields) > 1 && fields[0] != "Z" && fields[1] == strconv.Itoa(os.Getpid()) {
			all = append(all, pid)
		}
	}
	return all
}

// A cluster of ours that cannot be healed is thrown away with its trial, which is an outcome of its arm; the next trial has a
// new one.
func TestAnUnhealedFaultMakesTheTrialInvalidAndTheClusterGoes(t *testing.T) {
	slow.Alone(t)
	for name, c := range unhealable {
		t.Run(name, func(t *testing.T) {
			before := children(t)
			o := hurtBy(t, c.fault)
			var roots []string
			spoiled(&o, 1, func(booted cluster.Cluster) cluster.Cluster { return sticky{booted, c.panics} })
			boot := o.Runtime.Boot
			o.Runtime.Boot = func(ctx context.Context, config cluster.Config) (cluster.Cluster, error) {
				roots = append(roots, filepath.Dir(config.DataRoot))
				return boot(ctx, config)
			}
			_, w, err := run(t, o)
			trials := 2   // the one that failed, and the other of its block
			if c.panics { // what was never injected spoils the block
				trials = 1
			}
			if !errors.Is(err, harness.ErrNoValidPair) || len(w.trials) != trials || w.trials[0].Spoiled != c.panics {
				t.Fatalf("%d trials, %v, spoiled %v; want %d", len(w.trials), err, w.trials[0].Spoiled, trials)
			}
			for _, want := range c.says {
				if !strings.Contains(w.trials[0].Invalid, want) {
					t.Errorf("invalid: %q, want %q in it", w.trials[0].Invalid, want)
				}
			}
			if next := w.trials[trials-1]; !c.panics && (next.Invalid != "" || next.Faults[0].Recovered <= 0) {
				t.Errorf("the next trial: %+v", next)
			}
			checkNothingLeft(t, before, roots)
		})
	}
}

// checkNothingLeft checks that no process and no data outlived a run.
func checkNothingLeft(t *testing.T, before []int, roots []string) {
	t.Helper()
	for _, pid := range children(t) {
		if !slices.Contains(before, pid) {
			t.Errorf("process %d is left", pid)
		}
	}
	for _, root := range roots {
		if _, err := os.Stat(root); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", root, err)
		}
	}
	if len(roots) == 0 {
		t.Error("no data root was seen")
	}
}

// theirs makes the options' runtime one of an external cluster, as far as the harness can tell: what boots is a cluster
// of this test's own, so that faults can be done to it that an external one never suffers.
func theirs(t *testing.T, o *harness.Options) {
	t.Helper()
	boot := o.Runtime.Boot
	owned, err := boot(t.Context(), cluster.Config{
		Members: 3, Tick: o.Scenario.Cluster.Tick, Election: o.Scenario.Cluster.Election, DataRoot: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owned.Close() })
	client, err := owned.Admin(owned.Members()[0])
	if err == nil {
		_, err = client.Delete(t.Context(), harness.Prefix, clientv3.WithPrefix()) // what its boot has written
	}
	if err != nil {
		t.Fatal(err)
	}
	external := harness.External{Faults: []string{o.Plans[0].Events[0].Fault}}
	for _, e := range owned.Endpoints() {
		external.Endpoints = append(external.Endpoints, e.ClientURL)
	}
	able := o.Runtime.Able
	o.Runtime = external.Runtime()
	o.Runtime.Able, o.Runtime.Boot = able, func(context.Context, cluster.Config) (cluster.Cluster, error) { return owned, nil }
}

// An external cluster is still there after the trial: the run ends, and says what may still be hurt.
func TestAnUnhealedFaultEndsARunOnAnExternalCluster(t *testing.T) {
	slow.Boots(t)
	for name, c := range unhealable {
		t.Run(name, func(t *testing.T) {
			o := hurtBy(t, c.fault)
			theirs(t, &o)
			spoiled(&o, -1, func(booted cluster.Cluster) cluster.Cluster { return sticky{booted, c.panics} })
			folder, w, err := run(t, o)
			if !errors.Is(err, chaos.ErrUnhealed) {
				t.Fatalf("error %v", err)
			}
			for _, want := range append(c.says[:1:1], "an external cluster is not thrown away", "e1 ("+c.fault+")",
				"may still be at work") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want %q in it", err, want)
				}
			}
			if strings.Contains(err.Error(), "goroutine ") {
				t.Errorf("the error quotes a stack: %v", err)
			}
			record, err := results.ReadRun(folder)
			if err != nil || record.Status != results.Partial || len(w.trials) != 0 {
				t.Errorf("status %q, %d trials done, %v", record.Status, len(w.trials), err)
			}
			trial, err := results.ReadTrial(filepath.Join(folder, results.TrialDir(record.Order[0], 0)))
			if err != nil || !strings.Contains(trial.Invalid, c.says[0]) {
				t.Errorf("the trial is invalid for %q, %v", trial.Invalid, err)
			}
		})
	}
}

// What is wrong with it after a transfer is not known either: the same through the runtime that really attaches.
func TestAPanicEndsARunOnAnExternalCluster(t *testing.T) {
	slow.Boots(t)
	o := options(t, "steady")
	s := &o.Scenario
	s.Faults.Faults = s.Faults.Faults[:1]
	o.Plans = plan.ExpandAll(s.Name, s.Faults, faults.Rules(), o.Seed, 1)
	theirs(t, &o)
	attaching := harness.External{ExternalConfig: o.Runtime.External.ExternalConfig, Faults: o.Runtime.External.Faults}
	o.Runtime = attaching.Runtime()
	spoiled(&o, -1, func(booted cluster.Cluster) cluster.Cluster { return clumsy{booted} })
	_, _, err := run(t, o)
	if !errors.Is(err, chaos.ErrUnhealed) || !strings.Contains(err.Error(), "e1 (leader-transfer) may still be at work: not injected: panic: clumsy transfer") {
		t.Errorf("error %v", err)
	}
}

type clumsy struct{ cluster.Cluster }

func (clumsy) Transfer(context.Context, string) error { panic("clumsy transfer") }

// To try the next pair on a cluster that has changed would be another run.
func TestARunEndsWhenAnExternalClusterCannotBeAttachedTo(t *testing.T) {
	slow.Boots(t)
	o := hurtBy(t, "partition-leader")
	theirs(t, &o)
	boot, boots := o.Runtime.Boot, 0
	o.Runtime.Boot = func(ctx context.Context, config cluster.Config) (cluster.Cluster, error) {
		if boots++; boots == 2 {
			return nil, errors.New("no endpoint is member n2")
		}
		return boot(ctx, config)
	}
	_, w, err := run(t, o)
	if err == nil || !strings.Contains(err.Error(), "cannot attach to the external cluster any more: start: no "+
		"endpoint is member n2") || len(w.trials) != 1 || boots != 2 {
		t.Errorf("error %v after %d trials and %d boots", err, len(w.trials), boots)
	}
}
