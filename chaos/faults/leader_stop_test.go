package faults_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

var stopping = plan.Event{Fault: "leader-stop", Target: "leader"}

func TestLeaderStopIsEffectiveOnceAnotherIsFollowed(t *testing.T) {
	for _, c := range []struct {
		name string
		says []chaos.Observation
		want string
	}{
		{"handed over before it is gone", []chaos.Observation{after(30*ms, "n3", chaos.Changed, "n2", 5)}, "30ms"},
		{"elected after it was lost", []chaos.Observation{
			after(600*ms, "n3", chaos.Lost, "n1", 4), after(610*ms, "n3", chaos.Elected, "n3", 5),
		}, "610ms"},
		{"lost, and no leader elected", []chaos.Observation{after(600*ms, "n3", chaos.Lost, "n1", 4)}, "none"},
		{"it follows the other itself", []chaos.Observation{after(30*ms, "n1", chaos.Changed, "n2", 5)}, "none"},
		{"only its own end", []chaos.Observation{after(900*ms, "n1", chaos.Exited, "", 0)}, "none"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			f.Takes["stop n1"] = time.Second
			f.Script["stop n1"] = c.says
			at := clock.Now()
			ongoing, err := inject(t, f, stopping)
			if err != nil {
				t.Fatal(err)
			}
			if got := observed(at, ongoing.Effective); got != c.want {
				t.Errorf("%s: effective after %s, want %s", c.name, got, c.want)
			}
			for range 2 {
				if err := ongoing.Heal(context.Background()); err != nil {
					t.Error(err)
				}
			}
			chaostest.Compare(t, "done to the cluster", f.Operations(), []string{"stop n1", "restart n1"})
		})
	}
}

func TestAStopThatTakesTooLongIsCutShortAndAnError(t *testing.T) {
	for takes, want := range map[time.Duration]string{
		4 * time.Second: "",
		8 * time.Second: "context canceled",
	} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			f.Takes["stop n1"] = takes
			f.Script["restart n1"] = []chaos.Observation{after(10*ms, "n1", chaos.Elected, "n2", 5)}
			ongoing, err := inject(t, f, stopping)
			if err != nil {
				t.Fatal(err)
			}
			if err := ongoing.Heal(context.Background()); err != nil {
				t.Error(err)
			}
			_, err = ongoing.Recovered(context.Background())
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("a stop of %v: error %v, want %q", takes, err, want)
			}
			chaostest.Compare(t, "done to the cluster", f.Operations(), []string{"stop n1", "restart n1"})
		})
	}
}
