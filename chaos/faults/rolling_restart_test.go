package faults_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// restarting is a cluster whose members end and start again as they are told.
func restarting() *chaostest.Cluster {
	f := chaostest.New()
	for _, m := range f.Names {
		f.Takes["stop "+m], f.Takes["restart "+m] = 200*ms, 50*ms
		f.Script["stop "+m] = []chaos.Observation{after(200*ms, m, chaos.Exited, "", 0)}
		f.Script["crash "+m] = []chaos.Observation{after(ms, m, chaos.Exited, "", 0)}
		f.Script["restart "+m] = []chaos.Observation{after(60*ms, m, chaos.Elected, "n2", 5)}
	}
	return f
}

func rolling(how, pause string) plan.Event {
	return plan.Event{Fault: "rolling-restart", Params: plan.Params{"how": how, "pause": pause}}
}

func TestARollingRestartTakesOneAfterTheOther(t *testing.T) {
	for how, end := range map[string]string{"stop": "stop", "kill": "crash"} {
		synctest.Test(t, func(t *testing.T) {
			f := restarting()
			at := clock.Now()
			ongoing, err := inject(t, f, rolling(how, "1s"))
			if err != nil {
				t.Fatal(err)
			}
			if got := observed(at, ongoing.Effective); got == "none" ||
				got != map[string]string{"stop": "200ms", "kill": "1ms"}[how] {
				t.Errorf("%s: effective after %s", how, got)
			}
			time.Sleep(time.Second) // in the pause after the first
			chaostest.Compare(t, "done by then", f.Operations(), []string{end + " n2", "restart n2"})
			time.Sleep(10 * time.Second)
			if err := ongoing.Heal(context.Background()); err != nil {
				t.Error(err)
			}
			chaostest.Compare(t, "done to the cluster", f.Operations(), []string{
				end + " n2", "restart n2", end + " n3", "restart n3", end + " n1", "restart n1",
			})
		})
	}
}

// The heal starts the member that a round has stopped when it fails or is interrupted, and the round is an error.
func TestAHealStartsWhatARoundHasInHand(t *testing.T) {
	for _, c := range []struct {
		name  string
		fails string
		held  time.Duration
		done  []string
		error string
	}{
		{"a restart failed", "restart n3", 5 * time.Second,
			[]string{"stop n2", "restart n2", "stop n3", "restart n3", "restart n3"},
			"1 of 3 members were restarted: broken"},
		{"interrupted while one stops", "", 100 * ms, []string{"stop n2", "restart n2"}, "0 of 3 members were " +
			"restarted"},
		{"interrupted in the pause", "", 600 * ms, []string{"stop n2", "restart n2"}, "1 of 3 members were restarted"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := restarting()
			broken := errors.New("broken")
			if c.fails != "" {
				f.Fails[c.fails] = broken
			}
			ongoing, err := inject(t, f, rolling("stop", "500ms"))
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(c.held)
			f.Change(func() { delete(f.Fails, c.fails) })
			for range 2 {
				if err := ongoing.Heal(context.Background()); err != nil {
					t.Error(err)
				}
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			if _, err := ongoing.Recovered(ctx); err == nil || !strings.Contains(err.Error(), c.error) {
				t.Errorf("%s: error %v, want %s", c.name, err, c.error)
			}
			chaostest.Compare(t, c.name, f.Operations(), c.done)
		})
	}
}
