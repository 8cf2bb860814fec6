package chaos_test

import (
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
)

// A member that starts slowly is still being healed when the next fault of the plan is due. That one waits for the
// heal, and is held for as long as planned.
func TestAFaultWaitsForTheHealOfTheOneBeforeIt(t *testing.T) {
	next := plan.Event{ID: "e5", Fault: "follower-kill", Target: "n3", At: 4500 * ms, For: 2 * time.Second}
	synctest.Test(t, func(t *testing.T) {
		f := answering()
		f.Takes["restart n1"] = 3 * time.Second
		f.Script["restart n1"] = []chaos.Observation{
			after(3*time.Second, "n1", chaos.Started, "", 0), after(3100*ms, "n1", chaos.Elected, "n2", 5),
		}
		reigns(f, reign{0, chaos.Leadership{Member: "n1", Term: 4}},
			reign{2 * time.Second, chaos.Leadership{Member: "n2", Term: 5}})
		f.Script["crash n3"] = []chaos.Observation{after(5*ms, "n3", chaos.Exited, "", 0)}
		f.Script["restart n3"] = []chaos.Observation{after(80*ms, "n3", chaos.Elected, "n2", 5)}
		got, err := played(t.Context(), f, kill, next)
		if err != nil {
			t.Error(err)
		}
		chaostest.Compare(t, "moments", got, []string{
			"1s e3 leader-kill injected map[target:n1 term:4]",
			"1.55s e3 leader-kill effective",
			"3s e3 leader-kill healed",
			"6s e5 follower-kill injected map[target:n3 term:5]",
			"6.005s e5 follower-kill effective",
			"6.1s e3 leader-kill recovered",
			"8s e5 follower-kill healed",
			"8.08s e5 follower-kill recovered",
		})
		chaostest.Compare(t, "done to the cluster", f.Operations(),
			[]string{"crash n1", "restart n1", "crash n3", "restart n3"})
	})
}
