package chaos_test

import (
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

func TestAnUnavailableFaultSaysWhatItNeeds(t *testing.T) {
	unavailable := 0
	for _, f := range chaos.All() {
		if f.Group != chaos.OfMachine {
			continue
		}
		unavailable++
		p := plan.Plan{Pair: 1, Events: []plan.Event{{ID: "e1", Fault: f.Name, Target: "leader", For: time.Second}}}
		want := "event e1: " + f.Name + " is not available: it needs " + f.Unavailable
		err := plan.Check([]plan.Plan{p}, chaos.Rules(), []string{"n1", "n2", "n3"}, nil)
		if err == nil || !strings.HasSuffix(err.Error(), want) || f.Unavailable == "" {
			t.Errorf("the plan is answered with %v, want %s", err, want)
		}
		target := cluster()
		ongoing, err := f.Inject(t.Context(), target, p.Events[0])
		if err == nil || !strings.HasSuffix(want, err.Error()) || ongoing != nil || len(target.operations()) > 0 {
			t.Errorf("%s: did %q, %v, error %v", f.Name, target.operations(), ongoing, err)
		}
	}
	if unavailable != 11 {
		t.Errorf("%d faults of the machine", unavailable)
	}
}
