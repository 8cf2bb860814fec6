package harness_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"
)

func run(t *testing.T, o harness.Options) (string, *witness, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	w := newWitness()
	folder, err := harness.Run(ctx, o, w)
	return folder, w, err
}

func readLog(t *testing.T, folder string, trial results.Trial) *ops.Log {
	t.Helper()
	slot := trial.Slot()
	log, err := ops.Read(filepath.Join(folder, results.TrialDir(slot, trial.Attempt), results.OpsFile))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestARunLeavesItsRecordAndNothingElse(t *testing.T) {
	slow.Boots(t)
	folder, w, err := run(t, options(t, "steady"))
	if err != nil {
		t.Fatal(err)
	}
	record, err := results.ReadRun(folder)
	if err != nil {
		t.Fatal(err)
	}
	if record.Status != results.Complete || !slices.Equal(w.fixes, []string{"steady"}) || len(w.trials) != 2 {
		t.Fatalf("status %q, fixes %v, %d trials", record.Status, w.fixes, len(w.trials))
	}
	for i, trial := range w.trials {
		if trial.Invalid != "" {
			t.Fatalf("trial %d is invalid: %s", i, trial.Invalid)
		}
		if want := record.Order[i]; trial.Arm != want.Arm || trial.Block != want.Block || trial.Position != i {
			t.Errorf("trial %d is pair %d %s, planned was %+v", i, trial.Block, trial.Arm, want)
		}
		checkFaults(t, trial)
		checkBooks(t, readLog(t, folder, trial))
		for _, name := range []string{results.HistogramFile, results.EventsFile, "worker.log", "members/n1.log"} {
			slot := trial.Slot()
			if _, err := os.Stat(filepath.Join(folder, results.TrialDir(slot, 0), name)); err != nil {
				t.Error(err)
			}
		}
		if trial.CPU.Members <= 0 || trial.CPU.Workload <= 0 || trial.CPU.Generator <= 0 || len(trial.Capacity) != 1 { // calm: without a trigger phase there is none under it
			t.Errorf("CPU %+v, capacity %+v", trial.CPU, trial.Capacity)
		}
	}
}

// checkFaults checks that each fault went through its life in order, and that the second hit the pinned member.
func checkFaults(t *testing.T, trial results.Trial) {
	t.Helper()
	if len(trial.Faults) != 2 {
		t.Fatalf("faults %+v", trial.Faults)
	}
	for _, f := range trial.Faults {
		if f.Injected <= 0 || f.Effective < f.Injected || f.Healed < f.Injected || f.Recovered < f.Effective || f.Error != "" {
			t.Errorf("the life of %s is out of order: %+v", f.Fault, f)
		}
	}
	if got, want := trial.Faults[1].Resolved["target"], trial.Pinned["collector"]; got != want {
		t.Errorf("%s was isolated, and the collector is pinned to %s", got, want)
	}
	if trial.Elections.Planned < 2 {
		t.Errorf("elections %+v, want at least the two that were forced", trial.Elections)
	}
	if w := trial.Windows(results.UnderTrigger); len(w) > 0 {
		t.Errorf("a signal from before the fault opened the trigger phase: %+v", w)
	}
}

func checkBooks(t *testing.T, log *ops.Log) {
	t.Helper()
	for i, s := range log.Streams {
		books := log.Books(i)
		if !books.Balanced() || books.Offered != s.Slots || books.OK < books.Offered/2 {
			t.Errorf("books of %s: %+v of %d", s.Name, books, s.Slots)
		}
	}
}

func TestAWorkerThatIsKilledLosesNoOperation(t *testing.T) {
	slow.Boots(t)
	folder, w, err := run(t, options(t, "crashing"))
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range w.trials {
		if trial.Arm == results.After {
			continue
		}
		if trial.Worker.Died <= 0 || trial.Worker.Vitals != nil {
			t.Errorf("a worker that crashed died at %v and says %+v", trial.Worker.Died, trial.Worker.Vitals)
		}
		if trial.Invalid != "" || !trial.Worker.Crashed || !strings.Contains(trial.Worker.Exit, "killed by SIGKILL, which the harness did not send") {
			t.Fatalf("a crash is an outcome: invalid %q, worker %+v", trial.Invalid, trial.Worker)
		}
		log := readLog(t, folder, trial)
		acknowledged, err := log.Counter(done)
		if err != nil {
			t.Fatal(err)
		}
		recorded := 0
		for i := range log.Streams {
			books := log.Books(i)
			recorded += books.OK
			if !books.Balanced() || books.Reasons[ops.Crashed] != books.Missed {
				t.Errorf("books of %s: %+v", log.Streams[i].Name, books)
			}
		}
		// Operations that were running in other workers when the process died counted themselves and were not recorded.
		const running = 8
		if recorded < crashAt || int(acknowledged)-recorded > running {
			t.Errorf("%d operations are recorded, %d were done", recorded, acknowledged)
		}
		return
	}
	t.Fatal("the before arm was not run")
}

// spoiled wraps the real runtime so that its first clusters go wrong.
func spoiled(o *harness.Options, clusters int, spoil func(cluster.Cluster) cluster.Cluster) {
	boot := o.Runtime.Boot
	o.Runtime.Boot = func(ctx context.Context, c cluster.Config) (cluster.Cluster, error) {
		booted, err := boot(ctx, c)
		if err != nil || clusters == 0 {
			return booted, err
		}
		clusters--
		return spoil(booted), nil
	}
}

type mortal struct {
	cluster.Cluster
	deaths chan error
}

func (m mortal) Deaths() <-chan error { return m.deaths }

// A death is what an arm went through: the trial is kept as its outcome, and nothing is run again for it.
func TestAMemberThatDiesIsAnOutcome(t *testing.T) {
	slow.Boots(t)
	o := options(t, "steady")
	spoiled(&o, 1, func(c cluster.Cluster) cluster.Cluster {
		deaths := make(chan error, 1)
		deaths <- fmt.Errorf("member n2 %w", cluster.ErrDied)
		return mortal{c, deaths}
	})
	_, w, err := run(t, o)
	if !errors.Is(err, harness.ErrNoValidPair) || len(w.trials) != 2 {
		t.Fatalf("%d trials, error %v", len(w.trials), err)
	}
	first, second := w.trials[0], w.trials[1]
	if !first.Failed() || !strings.Contains(first.Invalid, "ended unasked") || first.Diverged {
		t.Errorf("the first trial: invalid %q, spoiled %v", first.Invalid, first.Spoiled)
	}
	if second.Invalid != "" || second.Attempt != 0 || second.Arm == first.Arm {
		t.Errorf("the second trial: %+v", second)
	}
}

// What no arm can do to a member is no arm's outcome.
func TestAMemberWhoseReportMakesNoSenseSpoilsItsBlock(t *testing.T) {
	slow.Boots(t)
	o := options(t, "steady")
	spoiled(&o, 1, func(c cluster.Cluster) cluster.Cluster {
		deaths := make(chan error, 1)
		deaths <- errors.New("member n2 sent a report that cannot be read")
		return mortal{c, deaths}
	})
	_, w, err := run(t, o)
	if !errors.Is(err, harness.ErrNoValidPair) || len(w.trials) == 0 {
		t.Fatalf("%d trials, error %v", len(w.trials), err)
	}
	if first := w.trials[0]; !first.Spoiled || !strings.Contains(first.Invalid, "cannot be read") {
		t.Errorf("the first trial: invalid %q, spoiled %v", first.Invalid, first.Spoiled)
	}
}

func TestABlockThatAFaultSpoiledIsRunAgain(t *testing.T) {
	slow.Boots(t)
	o := options(t, "steady")
	o.Scenario.Budget.Reserve = 1
	spoiled(&o, 1, func(c cluster.Cluster) cluster.Cluster { return numb{c} })
	folder, w, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.trials) != 3 {
		t.Fatalf("%d trials, want the invalid one and a pair", len(w.trials))
	}
	first, again := w.trials[0], w.trials[1:]
	if !first.Spoiled || !strings.Contains(first.Invalid, "without effect") {
		t.Errorf("the first trial: spoiled %v, invalid %q", first.Spoiled, first.Invalid)
	}
	for _, trial := range again {
		if trial.Invalid != "" || trial.Attempt != 1 || trial.Block != first.Block {
			t.Errorf("run again: %+v", trial)
		}
	}
	if log := readLog(t, folder, first); !log.Books(0).Balanced() {
		t.Errorf("the invalid trial's books: %+v", log.Books(0))
	}
}

type numb struct{ cluster.Cluster }

func (numb) Partition(chaos.Grudge) (func(), error) { return func() {}, nil }

func TestAFaultWithoutEffectMakesTheTrialInvalid(t *testing.T) {
	slow.Boots(t)
	o := options(t, "steady")
	o.Scenario.Budget.Reserve = 1
	spoiled(&o, -1, func(c cluster.Cluster) cluster.Cluster { return numb{c} })
	folder, w, err := run(t, o)
	if !errors.Is(err, harness.ErrNoValidPair) {
		t.Fatalf("error %v, want ErrNoValidPair", err)
	}
	if len(w.trials) != 2 { // one as planned, one of the reserve; the other arm of each could not be used
		t.Fatalf("%d trials", len(w.trials))
	}
	for _, trial := range w.trials {
		if !strings.Contains(trial.Invalid, "without effect") || trial.Faults[1].Error == "" {
			t.Errorf("invalid: %q, fault %+v", trial.Invalid, trial.Faults[1])
		}
	}
	if record, err := results.ReadRun(folder); err != nil || record.Status != results.Complete {
		t.Errorf("status %q, %v", record.Status, err)
	}
}

func TestAWorkloadThatCannotStartSaysWhy(t *testing.T) {
	slow.Boots(t)
	_, w, err := run(t, options(t, "refusing"))
	if !errors.Is(err, harness.ErrNoValidPair) {
		t.Fatalf("error %v", err)
	}
	if got := w.trials[0].Invalid; !strings.Contains(got, os.ErrPermission.Error()) {
		t.Errorf("invalid: %q", got)
	}
}

func TestAnInterruptedRunKeepsWhatItHas(t *testing.T) {
	slow.Boots(t)
	o := options(t, "steady")
	ctx, cancel := context.WithCancelCause(context.Background())
	w := newWitness()
	type end struct {
		folder string
		err    error
	}
	ended := make(chan end, 1)
	go func() {
		folder, err := harness.Run(ctx, o, w)
		ended <- end{folder, err}
	}()
	<-w.began
	for w.status().Phase != results.InFault {
		select {
		case e := <-ended:
			t.Fatalf("ended before the fault: %v", e.err)
		case <-time.After(5 * time.Millisecond):
		}
	}
	reason := errors.New("the user has had enough")
	cancel(reason)
	e := <-ended
	if !errors.Is(e.err, reason) {
		t.Fatalf("error %v", e.err)
	}
	record, err := results.ReadRun(e.folder)
	if err != nil || record.Status != results.Partial || !strings.Contains(record.Why, reason.Error()) {
		t.Fatalf("status %q because of %q, %v", record.Status, record.Why, err)
	}
	trial, err := results.ReadTrial(filepath.Join(e.folder, results.TrialDir(record.Order[0], 0)))
	if err != nil || !strings.Contains(trial.Invalid, "interrupted") {
		t.Fatalf("invalid: %q, %v", trial.Invalid, err)
	}
	log := readLog(t, e.folder, trial)
	if books := log.Books(0); !books.Balanced() || books.OK == 0 || books.Reasons[ops.Interrupted] == 0 {
		t.Errorf("books: %+v", books)
	}
}
