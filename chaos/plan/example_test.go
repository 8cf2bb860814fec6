package plan_test

import (
	"fmt"
	"time"

	"aftershock/chaos/plan"
)

// The seed draws what the spec leaves open. The same seed gives the same text, which can be kept and replayed.
func ExampleExpand() {
	spec := plan.Spec{
		Members: 3,
		Clients: []plan.ClientSpec{{Name: "store", Pin: "follower"}},
		Faults: []plan.FaultSpec{{
			Fault: "leader-kill", Target: "leader", At: 2 * time.Second, Jitter: time.Second, For: 3 * time.Second,
			Repeat: 2, Every: 10 * time.Second,
		}},
	}
	rules := []plan.FaultRule{{Name: "leader-kill", Held: true, Role: plan.Leads}}
	fmt.Print(plan.Format([]plan.Plan{plan.Expand("store", spec, rules, 7, 1)}))
	// Output:
	// # aftershock plan, version 1
	// plan scenario=store seed=7 pair=1
	// client name=store pin=follower.1
	// event id=e1 at=2.803s fault=leader-kill target=leader for=3s
	// event id=e2 at=12.04s fault=leader-kill target=leader for=3s
}
