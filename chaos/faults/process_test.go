package faults_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

func TestLeaderPauseIsEffectiveOnceTheOthersElect(t *testing.T) {
	for _, c := range []struct {
		name                 string
		says, resumed        []chaos.Observation
		effective, recovered string
	}{
		{
			"they elect, and it follows", []chaos.Observation{
				after(550*ms, "n2", chaos.Lost, "n1", 4), after(560*ms, "n2", chaos.Elected, "n3", 5),
			},
			[]chaos.Observation{after(3*ms, "n1", chaos.Changed, "n3", 5)}, "560ms", "3ms",
		},
		{"they only lose it", []chaos.Observation{after(550*ms, "n2", chaos.Lost, "n1", 4)}, nil, "none", "none"},
		{
			"another follows in its place", []chaos.Observation{after(560*ms, "n2", chaos.Changed, "n2", 5)},
			[]chaos.Observation{after(3*ms, "n3", chaos.Changed, "n2", 5)}, "560ms", "none",
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			f.Script["pause n1"], f.Script["resume n1"] = c.says, c.resumed
			at := clock.Now()
			ongoing, err := inject(t, f, plan.Event{Fault: "leader-pause", Target: "leader"})
			if err != nil {
				t.Fatal(err)
			}
			if got := observed(at, ongoing.Effective); got != c.effective {
				t.Errorf("%s: effective after %s, want %s", c.name, got, c.effective)
			}
			time.Sleep(time.Second)
			healed := clock.Now()
			for range 2 { // SIGCONT to a process that runs does nothing
				if err := ongoing.Heal(context.Background()); err != nil {
					t.Error(err)
				}
			}
			if got := observed(healed, ongoing.Recovered); got != c.recovered {
				t.Errorf("%s: recovered after %s, want %s", c.name, got, c.recovered)
			}
		})
	}
}

func TestAPauseThatFailsLeavesNothing(t *testing.T) {
	for name, target := range map[string]string{"leader-pause": "n1", "follower-pause": "n2"} {
		f := chaostest.New()
		f.Fails["pause "+target] = errors.New("not permitted")
		ongoing, err := inject(t, f, plan.Event{Fault: name, Target: target})
		if !errors.Is(err, f.Fails["pause "+target]) ||
			ongoing != nil {
			t.Errorf("%s: ongoing %v, error %v", name, ongoing, err)
		}
	}
}
