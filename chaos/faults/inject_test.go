package faults_test

import (
	"errors"
	"strings"
	"testing"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
)

func TestAFaultForTheLeaderRefusesAnyOtherTarget(t *testing.T) {
	for _, name := range []string{"leader-transfer", "partition-leader", "leader-kill", "leader-stop", "leader-pause"} {
		for target, want := range map[string]string{
			"n3":         `target n3 is n3, which does not lead (leader: "n1")`,
			"follower.0": `target follower.0 is n2, which does not lead (leader: "n1")`,
			"n5":         `unknown target "n5"`,
		} {
			f := chaostest.New()
			_, err := inject(t, f, plan.Event{Fault: name, Target: target, To: "n2"})
			if err == nil || !strings.HasPrefix(err.Error(), want) || len(f.Operations()) > 0 {
				t.Errorf("%s of %s: did %q, error %v\nwant nothing done, error %s", name, target, f.Operations(), err,
					want)
			}
		}
	}
}

func TestAFaultForAFollowerRefusesTheLeader(t *testing.T) {
	for _, name := range []string{"follower-kill", "follower-pause", "lagging-follower"} {
		for target, want := range map[string]string{
			"leader": "target leader is n1, which leads",
			"n1":     "target n1 is n1, which leads",
			"n5":     `unknown target "n5"`,
		} {
			f := chaostest.New()
			_, err := inject(t, f, plan.Event{Fault: name, Target: target})
			if err == nil || !strings.HasPrefix(err.Error(), want) || len(f.Operations()) > 0 {
				t.Errorf("%s of %s: did %q, error %v\nwant nothing done, error %s", name, target, f.Operations(), err,
					want)
			}
		}
		f := chaostest.New()
		f.Led = chaos.Leadership{}
		if _, err := inject(t, f, plan.Event{Fault: name, Target: "n2"}); !errors.Is(err, chaos.ErrNoLeader) {
			t.Errorf("%s without a leader: %v", name, err)
		}
	}
}
