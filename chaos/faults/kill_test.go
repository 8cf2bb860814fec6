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

var crash = plan.Event{Fault: "leader-kill", Target: "leader"}

func TestLeaderKillIsEffectiveOnceASurvivorNoticed(t *testing.T) {
	for _, c := range []struct {
		name    string
		members int
		says    []chaos.Observation
		want    string // after the process was gone
	}{
		{"one lost it", 3, []chaos.Observation{after(550*ms, "n3", chaos.Lost, "n1", 4)}, "545ms"},
		{"one changed without a gap", 3, []chaos.Observation{after(560*ms, "n2", chaos.Changed, "n2", 5)}, "555ms"},
		{"before the process was gone", 3, []chaos.Observation{after(4*ms, "n2", chaos.Lost, "n1", 4)}, "none"},
		{"only its own end", 3, []chaos.Observation{after(6*ms, "n1", chaos.Exited, "", 0)}, "none"},
		{"its own last words", 3, []chaos.Observation{after(6*ms, "n1", chaos.Lost, "n1", 4)}, "none"},
		{"another leader was lost", 3, []chaos.Observation{after(550*ms, "n3", chaos.Lost, "n2", 4)}, "none"},
		{"alone, its end", 1, []chaos.Observation{after(6*ms, "n1", chaos.Exited, "", 0)}, "1ms"},
		{"alone, and it goes on", 1, nil, "none"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			f.Names = f.Names[:c.members]
			f.Takes["crash n1"] = 5 * ms
			f.Script["crash n1"] = c.says
			ongoing, err := inject(t, f, crash)
			if err != nil {
				t.Fatal(err)
			}
			if got := observed(clock.Now(), ongoing.Effective); got != c.want {
				t.Errorf("%s: effective %s after the process was gone, want %s", c.name, got, c.want)
			}
		})
	}
}

func TestLeaderKillRecoversOnceTheMemberFollows(t *testing.T) {
	for _, c := range []struct {
		name string
		says []chaos.Observation // after the restart began
		want string
	}{
		{"a new leader", []chaos.Observation{
			after(80*ms, "n1", chaos.Started, "", 0), after(95*ms, "n1", chaos.Elected, "n3", 5),
		}, "95ms"},
		{"even before it serves", []chaos.Observation{after(60*ms, "n1", chaos.Elected, "n3", 5)}, "60ms"},
		{"it serves and follows no leader", []chaos.Observation{after(80*ms, "n1", chaos.Started, "", 0)}, "none"},
		{"another follows", []chaos.Observation{after(95*ms, "n2", chaos.Changed, "n3", 5)}, "none"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			f.Takes["restart n1"] = 80 * ms
			f.Script["restart n1"] = c.says
			ongoing, err := inject(t, f, crash)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			at := clock.Now()
			for range 2 { // a second heal must not start the member twice
				if err := ongoing.Heal(context.Background()); err != nil {
					t.Error(err)
				}
			}
			if got := observed(at, ongoing.Recovered); got != c.want {
				t.Errorf("%s: recovered after %s, want %s", c.name, got, c.want)
			}
			chaostest.Compare(t, "done to the cluster", f.Operations(), []string{"crash n1", "restart n1"})
		})
	}
}

func TestAHealThatFailedCanBeTriedAgain(t *testing.T) {
	f := chaostest.New()
	f.Fails["restart n1"] = errors.New("no port")
	ongoing, err := inject(t, f, crash)
	if err != nil {
		t.Fatal(err)
	}
	if err := ongoing.Heal(context.Background()); !errors.Is(err, f.Fails["restart n1"]) {
		t.Errorf("the error is %v", err)
	}
	delete(f.Fails, "restart n1")
	if err := ongoing.Heal(context.Background()); err != nil {
		t.Error(err)
	}
	chaostest.Compare(t, "done to the cluster", f.Operations(), []string{"crash n1", "restart n1", "restart n1"})
}

func TestLeaderKillReportsACrashThatFails(t *testing.T) {
	f := chaostest.New()
	f.Fails["crash n1"] = errors.New("not permitted")
	if ongoing, err := inject(t, f, crash); !errors.Is(err, f.Fails["crash n1"]) || ongoing != nil {
		t.Errorf("ongoing %v, error %v", ongoing, err)
	}
}
