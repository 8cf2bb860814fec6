package harness_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/internal/slow"
	"aftershock/results"
)

// What each fault did to the leader and to the client's link is on the trial's time line, and at its end the cluster is
// whole.
func TestATrialRecordsTheAnatomyOfItsOutages(t *testing.T) {
	slow.Boots(t)
	folder, w, err := run(t, options(t, "steady"))
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range w.trials {
		a := trial.Agreement
		if trial.Invalid != "" || a == nil || a.Members != 3 || a.Revision < 2 || a.Hash == 0 || a.Took <= 0 || a.Error != "" {
			t.Errorf("invalid %q, agreement %+v", trial.Invalid, a)
		}
		if len(trial.Faults) != 2 {
			t.Fatalf("faults %+v", trial.Faults)
		}
		for _, f := range trial.Faults {
			if f.LeaderLost < f.Injected || f.LeaderElected < f.LeaderLost || f.LeaderElected > f.Recovered || f.Leaderless < 0 ||
				f.Leaderless > f.LeaderElected.Sub(f.Injected) {
				t.Errorf("the leader of %s: %+v", f.Fault, f)
			}
			if len(f.Links) != 1 || f.Links[0].Client != "collector" || f.Links[0].Member != trial.Pinned["collector"] {
				t.Fatalf("links of %s: %+v", f.Fault, f.Links)
			}
			if l := f.Links[0]; l.Sent == 0 || l.LongestGap <= 0 || l.Served < l.Began || len(l.Shared) > 0 {
				t.Errorf("link of %s: %+v", f.Fault, l)
			}
		}
		// The client is pinned to the leader that is isolated: nothing it writes is committed before the heal. Only while the
		// links are being cut may a write of before still come through, on a busy machine; it is not what ends the
		// outage.
		f := trial.Faults[1]
		l := f.Links[0]
		if l.Began == 0 || l.Began > f.Effective || l.Served < f.Healed ||
			l.LongestGap < f.Healed.Sub(f.Effective) || l.Failed == 0 || l.Sent < 3 {
			t.Errorf("the link of the isolated member: %+v, injected %v, effective %v, healed %v", l, f.Injected,
				f.Effective, f.Healed)
		}
		checkEvents(t, folder, trial)
	}
}

func checkEvents(t *testing.T, folder string, trial results.Trial) {
	t.Helper()
	slot := trial.Slot()
	events, err := results.ReadEvents(filepath.Join(folder, results.TrialDir(slot, trial.Attempt), results.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]results.Offset{}
	for _, e := range events {
		at[strings.TrimSpace(e.Source+" "+e.What+" "+e.Data["event"])] = e.At
	}
	for _, f := range trial.Faults {
		for what, want := range map[string]results.Offset{
			"probe out ": f.Links[0].Began, "probe served ": f.Links[0].Served, "cluster leader-lost ": f.LeaderLost,
			"cluster leader-elected ": f.LeaderElected,
		} {
			if got := at[what+f.Event]; got != want {
				t.Errorf("event %s%s at %v, want %v", what, f.Event, got, want)
			}
		}
	}
	if at["cluster agreed"] < trial.Faults[1].Recovered {
		t.Errorf("agreed at %v", at["cluster agreed"])
	}
}

// torn is a cluster whose members hold different things.
type torn struct{ cluster.Cluster }

func (torn) Agree(context.Context, time.Duration) (cluster.Agreement, error) {
	return cluster.Agreement{}, fmt.Errorf("the members do not agree: n1, n3: hash 7; n2: hash 5: %w", cluster.ErrDiverged)
}

// It is the worst that an arm can bring about, and no reason to try it again.
func TestMembersThatHoldDifferentDataAreAnOutcome(t *testing.T) {
	slow.Boots(t)
	o := options(t, "steady")
	spoiled(&o, 1, func(c cluster.Cluster) cluster.Cluster { return torn{c} })
	_, w, err := run(t, o)
	if !errors.Is(err, harness.ErrNoValidPair) {
		t.Fatal(err)
	}
	want := "after everything was healed the members do not agree: n1, n3: hash 7; n2: hash 5: " + cluster.ErrDiverged.Error()
	first := w.trials[0]
	if !first.Failed() || !first.Diverged {
		t.Errorf("spoiled %v, diverged %v", first.Spoiled, first.Diverged)
	}
	if len(w.trials) != 2 || first.Invalid != want || first.Agreement == nil || !strings.HasSuffix(want, first.Agreement.Error) {
		t.Errorf("%d trials, the first invalid because of %q, agreement %+v", len(w.trials), first.Invalid, first.Agreement)
	}
}

// patient is a cluster that is asked until the run is interrupted.
type patient struct {
	cluster.Cluster
	interrupt func()
}

func (p patient) Agree(ctx context.Context, _ time.Duration) (cluster.Agreement, error) {
	p.interrupt()
	<-ctx.Done()
	return cluster.Agreement{}, context.Cause(ctx)
}

func TestAnInterruptedTrialDoesNotSayThatTheMembersDiffer(t *testing.T) {
	slow.Boots(t)
	o := options(t, "steady")
	ctx, cancel := context.WithCancelCause(context.Background())
	reason := errors.New("the user has had enough")
	spoiled(&o, 1, func(c cluster.Cluster) cluster.Cluster { return patient{c, func() { cancel(reason) }} })
	folder, err := harness.Run(ctx, o, newWitness())
	if !errors.Is(err, reason) {
		t.Fatalf("error %v", err)
	}
	record, err := results.ReadRun(folder)
	if err != nil {
		t.Fatal(err)
	}
	trial, err := results.ReadTrial(filepath.Join(folder, results.TrialDir(record.Order[0], 0)))
	if err != nil || trial.Agreement != nil || !trial.Interrupted {
		t.Errorf("agreement %+v, interrupted %t, %v", trial.Agreement, trial.Interrupted, err)
	}
}
