package faults_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

func TestLeaderTransferRefusesADestination(t *testing.T) {
	for to, want := range map[string]string{
		"leader":         "leadership cannot be transferred to n1, which leads already",
		"n1":             "leadership cannot be transferred to n1, which leads already",
		"client.leader":  "leadership cannot be transferred to n1, which leads already",
		"n4":             `unknown target "n4"`,
		"client.unknown": "target client.unknown: no such client is pinned to a member",
	} {
		f := chaostest.New()
		f.Pins["leader"] = "n1"
		ongoing, err := inject(t, f, plan.Event{Fault: "leader-transfer", Target: "leader", To: to})
		if err == nil || !strings.HasPrefix(err.Error(), want) || ongoing != nil || len(f.Operations()) > 0 {
			t.Errorf("to %s: did %q, error %v\nwant nothing done, error %s", to, f.Operations(), err, want)
		}
	}
}

func TestLeaderTransferIsEffectiveAndRecovered(t *testing.T) {
	for _, c := range []struct {
		name                 string
		says                 []chaos.Observation
		effective, recovered string
	}{
		{"all follow", []chaos.Observation{
			after(1*ms, "n2", chaos.Elected, "n2", 5), after(2*ms, "n1", chaos.Changed, "n2", 5),
			after(4*ms, "n3", chaos.Changed, "n2", 5),
		}, "1ms", "4ms"},
		{"a follower says so first", []chaos.Observation{
			after(1*ms, "n3", chaos.Changed, "n2", 5), after(2*ms, "n1", chaos.Changed, "n2", 5),
			after(3*ms, "n2", chaos.Elected, "n2", 5),
		}, "1ms", "3ms"},
		{"one says nothing", []chaos.Observation{
			after(1*ms, "n2", chaos.Elected, "n2", 5), after(2*ms, "n1", chaos.Changed, "n2", 5),
		}, "1ms", "none"},
		{"another one is elected, and all follow", []chaos.Observation{
			after(1*ms, "n1", chaos.Changed, "n3", 5), after(2*ms, "n2", chaos.Changed, "n3", 5),
			after(3*ms, "n3", chaos.Elected, "n3", 5),
		}, "none", "3ms"},
		{"the old term", []chaos.Observation{after(1*ms, "n3", chaos.Elected, "n2", 4)}, "none", "none"},
		{"it is lost again", []chaos.Observation{after(1*ms, "n3", chaos.Lost, "n2", 5)}, "none", "none"},
		{"silence", nil, "none", "none"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			// no news
			f.Say(chaos.Observation{At: clock.Now(), Member: "n2", Kind: chaos.Elected, Leader: "n2", Term: 9})
			f.Script["transfer n2"] = c.says
			at := clock.Now()
			ongoing, err := inject(t, f, plan.Event{Fault: "leader-transfer", Target: "leader", To: "n2"})
			if err != nil {
				t.Fatal(err)
			}
			if got := observed(at, ongoing.Effective); got != c.effective {
				t.Errorf("%s: effective after %s, want %s", c.name, got, c.effective)
			}
			if err := ongoing.Heal(context.Background()); err != nil {
				t.Error(err)
			}
			if got := observed(at, ongoing.Recovered); got != c.recovered {
				t.Errorf("%s: recovered after %s, want %s", c.name, got, c.recovered)
			}
		})
	}
}
