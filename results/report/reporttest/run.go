// Package reporttest gives tests whole runs with all their trials, without running anything.
package reporttest

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/manifest/manifesttest"
	"aftershock/results/ops"
	"aftershock/results/profile/profiletest"
)

// Run is what a synthetic run holds: so many fixes in so many pairs, each with trials of its own. Batches come a
// thousand a second, records ten; the arm before the repair takes four times as long while the leader is gone.
type Run struct {
	Fixes, Pairs int
	Name         func(fix int) string // of a fix; nil for fix-1, fix-2 and so on
	Edit         func(*results.Run)   // before it is written; may be nil
	Trial        func(*Trial)         // before each is written; may be nil
}

// Trial is a trial about to be written.
type Trial struct {
	results.Trial
	Batch, Record []ops.Record
	Events        []results.Event
	Skip          bool             // it is not written at all
	Stacks        map[string]int64 // of the fault's CPU profile, as profiletest.CPU has them; nil for no profile
}

const (
	ms  = time.Millisecond
	end = 9200 * ms
)

// Write makes the run's folder, with a manifest that holds.
func (r Run) Write(t testing.TB) (folder string) {
	t.Helper()
	folder = InMemory(t)
	run := results.Run{
		Schema: results.Schema, ID: "20260301T020304Z-leader-churn-7", Name: "leader-churn", Seed: 7, Pairs: r.Pairs,
		Margin:  0.1,
		Command: []string{"aftershock", "run", "leader-churn", "--seed", "7"}, Status: results.Complete,
		Scenario: []byte(`{"asks":"What does the loss of the leader cost, and does the fix hold?"}`),
		Started:  time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC), Cluster: "processes", DataRoot: "tmpfs",
		TrialTime: 10 * time.Second,
		Environment: results.Environment{
			CPU: "Some Processor 9", Cores: 4, Kernel: "6.1.0", Go: "go1.26.0", Etcd: "3.7.3", Aftershock: "v0.1.0",
			Commit: "0123456789abcdef",
		},
	}
	random := rand.New(rand.NewPCG(1, 2))
	position := 0
	for n := range r.Fixes {
		name := fmt.Sprintf("fix-%d", n+1)
		if r.Name != nil {
			name = r.Name(n)
		}
		group := fmt.Sprintf("group-%d", n+1)
		f := results.Fix{
			Name: name, Summary: "shared -> detached", Claim: "it holds",
			Primary: results.Metric{Name: "p99", Phase: results.UnderTrigger},
			Group:   group, Arms: results.Arms{Before: results.Before, After: results.After},
		}
		if n%4 == 3 {
			f.Primary = results.Metric{Name: "record_took_p50", Phase: results.UnderTrigger}
		}
		run.Fixes = append(run.Fixes, f)
		run.Groups = append(run.Groups, results.Group{Name: group, Arms: []results.GroupArm{
			{Name: results.Before, Fix: name, Side: results.Before},
			{Name: results.After, Fix: name, Side: results.After},
		}})
		for pair := 1; pair <= r.Pairs; pair++ {
			for _, arm := range []results.Arm{results.Before, results.After} {
				trial := trialOf(random, results.Slot{Group: group, Block: pair, Arm: arm})
				trial.Position = position
				position++
				if r.Trial != nil {
					r.Trial(trial)
				}
				trial.write(t, folder)
			}
		}
	}
	if r.Edit != nil {
		r.Edit(&run)
	}
	manifesttest.Seal(t, folder, run)
	return folder
}

// InMemory is a folder that is removed with the test, in memory where the system has such a file system: a run's files
// are synchronised, and a test would wait for a disk most of its time.
func InMemory(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "aftershock-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { must(t, os.RemoveAll(folder)) })
	return folder
}

// trialOf is a trial of leader-churn's time line, with lognormal times.
func trialOf(random *rand.Rand, slot results.Slot) *Trial {
	at := func(milliseconds int) results.Offset { return results.Offset(time.Duration(milliseconds) * ms) }
	t := &Trial{Trial: results.Trial{
		Schema: results.Schema, Group: slot.Group, Block: slot.Block, Arm: slot.Arm,
		Started: time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC), Epoch: time.Date(2026, 3, 1, 2, 3, 5, 0, time.UTC),
		Phases: []results.Phase{
			{Name: results.WarmUp, From: 0, To: at(500)}, {Name: results.Steady, From: at(500), To: at(2600)},
			{Name: results.InFault, From: at(3100), To: at(8400)},
			{Name: results.Recovery, From: at(8400), To: at(9200)},
			{Name: results.UnderTrigger, From: at(4000), To: at(7900)},
		},
		Faults: []results.Fault{
			{
				Event: "e1", Fault: "leader-transfer", Injected: at(3100), Effective: at(3104), Recovered: at(3120),
				Healed:     at(3121), // of what is not held: when its time was over
				LeaderLost: at(3101), LeaderElected: at(3104),
				Links: []results.LinkOutage{{Client: "collector", Member: "n2", LongestGap: 55 * ms, Sent: 2}},
			},
			{
				Event: "e2", Fault: "partition-leader", Injected: at(3900), Effective: at(4000), Healed: at(8400),
				Recovered: at(8460), LeaderLost: at(3950), LeaderElected: at(4000 + random.IntN(900)),
				Links: []results.LinkOutage{{
					Client: "collector", Member: "n1", Began: at(4000), Served: at(8450), LongestGap: 4460 * ms,
					Sent: 90, Failed: 80,
				}},
			},
		},
	}}
	slow := 1.0
	if slot.Arm == results.Before {
		slow = 4
	}
	took := func(due time.Duration) time.Duration {
		factor := 1.0
		if t.Phases[4].Holds(results.Offset(due)) {
			factor = slow
		}
		return time.Duration(factor * 2e6 * math.Exp(0.5*random.NormFloat64()))
	}
	for due := time.Duration(0); due < end; due += ms {
		if at := results.Offset(due); at >= 2600e6 && at < 3100e6 || at >= 7900e6 && at < 8400e6 {
			continue
		}
		s := took(due)
		t.Batch = append(t.Batch, ops.Record{Outcome: ops.OK, Intended: int64(due), Service: s, Aux: int64(s / 2)})
		if due%(100*ms) == 0 {
			t.Record = append(t.Record, ops.Record{Outcome: ops.OK, Intended: int64(due), Service: 3 * s})
		}
	}
	t.Events = []results.Event{
		follows("n1", -5e6, "n3", "2"), follows("n2", at(3104), "n1", "3"), follows("n3", at(3105), "n1", "3"),
		follows("n2", t.Faults[1].LeaderElected, "n2", "4"),
	}
	return t
}

// follows is a member's word that it has a leader.
func follows(member string, at results.Offset, leader, term string) results.Event {
	return results.Event{
		At: at, Source: member, What: "leader-elected", Data: map[string]string{"leader": leader, "term": term},
	}
}

func (d *Trial) write(t testing.TB, run string) {
	t.Helper()
	if d.Skip {
		return
	}
	folder := filepath.Join(run, results.TrialDir(d.Slot(), d.Attempt))
	must(t, os.MkdirAll(folder, 0o755))
	table, err := ops.Create(filepath.Join(folder, results.OpsFile), ops.Header{Streams: []ops.Stream{
		{Name: "batch", Slots: len(d.Batch), Timeout: time.Second, Role: ops.Primary},
		{Name: "record", Slots: len(d.Record), Timeout: time.Second},
	}})
	must(t, err)
	for stream, records := range [][]ops.Record{d.Batch, d.Record} {
		for n, r := range records {
			table.Put(stream, n, r)
		}
	}
	must(t, table.Close())
	if d.Stacks != nil {
		var text bytes.Buffer
		must(t, profiletest.CPU(d.Stacks).Write(&text))
		must(t, os.WriteFile(filepath.Join(folder, results.ProfileFile(results.InFault)), text.Bytes(), 0o600))
	}
	must(t, results.WriteEvents(filepath.Join(folder, results.EventsFile), d.Events))
	must(t, results.WriteJSON(filepath.Join(folder, results.TrialFile), d.Trial))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
