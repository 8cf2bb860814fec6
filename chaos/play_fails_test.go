package chaos_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

var noEffect = []error{chaos.ErrNoEffect}

// checkKinds checks what an error of Play is: these kinds, and none of the others.
func checkKinds(t *testing.T, err error, kinds []error) {
	t.Helper()
	for _, kind := range []error{chaos.ErrNoEffect, chaos.ErrNotRecovered, chaos.ErrUnhealed} {
		if got, want := errors.Is(err, kind), slices.Contains(kinds, kind); got != want {
			t.Errorf("%v: is it %q? %t, want %t", err, kind, got, want)
		}
	}
}

func TestPlaySaysWhatAFaultFailedAt(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		name       string
		event      plan.Event
		change     func(*chaostest.Cluster)
		want, done []string
		cause      error
		kinds      []error
	}{
		{
			"a held fault without effect is healed when the plan lets go", isolate,
			func(f *chaostest.Cluster) { f.Script[chaostest.Isolated] = nil },
			[]string{
				"1s e2 partition-leader injected map[target:n1 term:4]",
				"6s e2 partition-leader healed",
				"6s e2 partition-leader failed: without effect: n1 did not step down: " +
					"not observed: context deadline exceeded",
			},
			[]string{chaostest.Isolated, "heal"}, context.DeadlineExceeded, noEffect,
		},
		{
			"an effect that is observed after the plan let go never was", isolate,
			func(f *chaostest.Cluster) { f.Script[chaostest.Isolated][4].At = clock.Nanos(5*time.Second + 1) },
			[]string{
				"1s e2 partition-leader injected map[target:n1 term:4]",
				"6s e2 partition-leader healed",
				"6s e2 partition-leader failed: without effect: n1 did not step down: " +
					"not observed: context deadline exceeded",
			},
			[]string{chaostest.Isolated, "heal"}, context.DeadlineExceeded, noEffect,
		},
		{
			"a fault that is not held is given Patience", transfer,
			func(f *chaostest.Cluster) { f.Script["transfer n2"] = nil },
			[]string{
				"100ms e1 leader-transfer injected map[target:n1 term:4 to:n2]",
				"10.1s e1 leader-transfer healed",
				"10.1s e1 leader-transfer failed: without effect: no member follows n2: not observed: context " +
					"deadline exceeded",
			},
			[]string{"transfer n2"}, context.DeadlineExceeded, noEffect,
		},
		{
			"a heal that fails", kill,
			func(f *chaostest.Cluster) { f.Fails["restart n1"] = broken },
			[]string{
				"1s e3 leader-kill injected map[target:n1 term:4]",
				"1.55s e3 leader-kill effective",
				"3s e3 leader-kill failed: not healed: broken",
			},
			[]string{"crash n1", "restart n1", "restart n1", "restart n1"}, broken,
			[]error{chaos.ErrNotRecovered, chaos.ErrUnhealed},
		},
		{
			"no effect, and a heal that fails", kill,
			func(f *chaostest.Cluster) { f.Script["crash n1"], f.Fails["restart n1"] = nil, broken },
			[]string{
				"1s e3 leader-kill injected map[target:n1 term:4]",
				"3s e3 leader-kill failed: without effect: no one noticed that n1 is gone: " +
					"not observed: context deadline exceeded\nnot healed: broken",
			},
			[]string{"crash n1", "restart n1", "restart n1", "restart n1"}, broken,
			[]error{chaos.ErrNoEffect, chaos.ErrUnhealed},
		},
		{
			"a cluster that does not recover", isolate,
			func(f *chaostest.Cluster) { f.Script["heal"] = nil },
			[]string{
				"1s e2 partition-leader injected map[target:n1 term:4]",
				"1.685s e2 partition-leader effective",
				"6s e2 partition-leader healed",
				"16s e2 partition-leader failed: not recovered 10s after it was healed: n1 follows no leader: " +
					"context deadline exceeded",
			},
			[]string{chaostest.Isolated, "heal"}, context.DeadlineExceeded,
			[]error{chaos.ErrNotRecovered},
		},
		{
			"an injection that fails is not healed", isolate,
			func(f *chaostest.Cluster) { f.Fails[chaostest.Isolated] = broken },
			[]string{"1s e2 partition-leader failed: not injected: broken"},
			[]string{chaostest.Isolated}, broken, noEffect,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := answering()
				c.change(f)
				got, err := played(t.Context(), f, c.event)
				chaostest.Compare(t, "moments", got, c.want)
				chaostest.Compare(t, "done to the cluster", f.Operations(), c.done)
				if !errors.Is(err, c.cause) {
					t.Errorf("the error is %v, and does not wrap %v", err, c.cause)
				}
				checkKinds(t, err, c.kinds)
			})
		})
	}
}

// A fault that was healed when the run ended did not fail, and nothing is known of what would have become of it.
func TestAnInterruptedPlayHeals(t *testing.T) {
	interrupted := errors.New("interrupted")
	for _, c := range []struct {
		name       string
		event      plan.Event
		at         time.Duration // of the interruption
		want, done []string
	}{
		{
			"before the event", isolate, 300 * ms,
			[]string{"300ms e2 partition-leader cut short: interrupted"}, nil,
		},
		{
			"before the effect", isolate, 1200 * ms,
			[]string{
				"1s e2 partition-leader injected map[target:n1 term:4]",
				"1.2s e2 partition-leader healed",
				"1.2s e2 partition-leader cut short: without effect: n1 did not step down: not observed: interrupted",
			},
			[]string{chaostest.Isolated, "heal"},
		},
		{
			"in mid-hold", isolate, 2 * time.Second,
			[]string{
				"1s e2 partition-leader injected map[target:n1 term:4]",
				"1.685s e2 partition-leader effective",
				"2s e2 partition-leader healed",
				"2s e2 partition-leader cut short: interrupted",
			},
			[]string{chaostest.Isolated, "heal"},
		},
		{
			"in mid-hold, and the heal needs a context that is alive", kill, 2 * time.Second,
			[]string{
				"1s e3 leader-kill injected map[target:n1 term:4]",
				"1.55s e3 leader-kill effective",
				"2s e3 leader-kill healed",
				"2.08s e3 leader-kill cut short: interrupted",
			},
			[]string{"crash n1", "restart n1"},
		},
		{
			"in mid-recovery", isolate, 6*time.Second + 5*ms,
			[]string{
				"1s e2 partition-leader injected map[target:n1 term:4]",
				"1.685s e2 partition-leader effective",
				"6s e2 partition-leader healed",
				"6.005s e2 partition-leader cut short: not recovered 5ms after it was healed: n1 follows no leader: " +
					"interrupted",
			},
			[]string{chaostest.Isolated, "heal"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := answering()
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(c.at, func() { cancel(interrupted) })
				began := time.Now()
				got, err := played(ctx, f, c.event)
				chaostest.Compare(t, "moments", got, c.want)
				chaostest.Compare(t, "done to the cluster", f.Operations(), c.done)
				if !errors.Is(err, interrupted) {
					t.Errorf("the error is %v, and does not wrap %v", err, interrupted)
				}
				checkKinds(t, err, nil)
				if late := time.Since(began) - c.at; late > f.Takes["restart n1"] {
					t.Errorf("Play returned %v after the interruption", late)
				}
			})
		})
	}
}

// A fault that fails by itself has failed, whatever ends the run afterwards; and one whose heal fails has, whatever
// ended it.
func TestAnInterruptionExcusesNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := answering()
		f.Fails["transfer n2"], f.Fails["restart n1"] = errors.New("deaf"), errors.New("stuck")
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(2*time.Second, cancel)
		got, err := played(ctx, f, transfer, kill)
		chaostest.Compare(t, "moments", got, []string{
			"100ms e1 leader-transfer failed: not injected: deaf",
			"1s e3 leader-kill injected map[target:n1 term:4]",
			"1.55s e3 leader-kill effective",
			"2s e3 leader-kill failed: context canceled\nnot healed: stuck",
		})
		checkKinds(t, err, []error{chaos.ErrNoEffect, chaos.ErrUnhealed})
	})
}
