package faults_test

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

func sorted(words []string) []string { return slices.Sorted(slices.Values(words)) }

func TestAllKillIsEffectiveOnceAllAreGone(t *testing.T) {
	for _, c := range []struct {
		gone []string
		want string
	}{{[]string{"n1", "n2", "n3"}, "7ms"}, {[]string{"n1", "n3"}, "none"}} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			for i, m := range c.gone {
				f.Script["crash "+m] = []chaos.Observation{after(time.Duration(5+i)*ms, m, chaos.Exited, "", 0)}
			}
			at := clock.Now()
			ongoing, err := inject(t, f, plan.Event{Fault: "all-kill"})
			if err != nil {
				t.Fatal(err)
			}
			if got := observed(at, ongoing.Effective); got != c.want {
				t.Errorf("%v are gone: effective after %s, want %s", c.gone, got, c.want)
			}
		})
	}
}

func TestAllKillStartsOnlyThoseThatAreDown(t *testing.T) {
	f := chaostest.New()
	f.Fails["restart n2"] = errors.New("no port")
	ongoing, err := inject(t, f, plan.Event{Fault: "all-kill"})
	if err != nil {
		t.Fatal(err)
	}
	if err := ongoing.Heal(context.Background()); !errors.Is(err, f.Fails["restart n2"]) {
		t.Errorf("the error is %v", err)
	}
	delete(f.Fails, "restart n2")
	for range 2 {
		if err := ongoing.Heal(context.Background()); err != nil {
			t.Error(err)
		}
	}
	chaostest.Compare(t, "done to the cluster", sorted(f.Operations()), []string{
		"crash n1", "crash n2", "crash n3", "restart n1", "restart n2", "restart n2", "restart n3",
	})
}

func TestAPowerCutThatSparesOneIsUndone(t *testing.T) {
	f := chaostest.New()
	f.Fails["crash n3"] = errors.New("not permitted")
	ongoing, err := inject(t, f, plan.Event{Fault: "all-kill"})
	if !errors.Is(err, f.Fails["crash n3"]) || errors.Is(err, chaos.ErrUnhealed) || ongoing != nil {
		t.Errorf("ongoing %v, error %v", ongoing, err)
	}
	chaostest.Compare(t, "done to the cluster", sorted(f.Operations()), []string{
		"crash n1", "crash n2", "crash n3", "restart n1", "restart n2",
	})
	f.Fails["restart n1"] = errors.New("no port")
	if _, err := inject(t, f, plan.Event{Fault: "all-kill"}); !errors.Is(err, chaos.ErrUnhealed) {
		t.Errorf("a member that stayed down: %v", err)
	}
}
