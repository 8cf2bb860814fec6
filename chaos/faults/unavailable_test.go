package faults_test

import (
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
)

func TestAnUnavailableFaultSaysWhatItNeeds(t *testing.T) {
	unavailable := 0
	for _, f := range faults.All() {
		if f.Group != chaos.OfMachine {
			continue
		}
		unavailable++
		p := plan.Plan{Pair: 1, Events: []plan.Event{{ID: "e1", Fault: f.Name, Target: "leader", For: time.Second}}}
		want := "event e1: " + f.Name + " is not available: it needs " + f.Unavailable
		err := plan.Check([]plan.Plan{p}, faults.Rules(), []string{"n1", "n2", "n3"}, nil)
		if err == nil || !strings.HasSuffix(err.Error(), want) || f.Unavailable == "" {
			t.Errorf("the plan is answered with %v, want %s", err, want)
		}
		target := chaostest.New()
		ongoing, err := f.Inject(t.Context(), target, p.Events[0])
		if err == nil || !strings.HasSuffix(want, err.Error()) || ongoing != nil || len(target.Operations()) > 0 {
			t.Errorf("%s: did %q, %v, error %v", f.Name, target.Operations(), ongoing, err)
		}
	}
	if unavailable != 9 {
		t.Errorf("%d faults of the machine", unavailable)
	}
}
