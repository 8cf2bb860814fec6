package faults_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
)

// Each two kinds of fault, on any target and in any overlap: what the planner lets pass has its effect. That it lets
// some pass, and not all, is looked at by kind: a planner that refused everything would do as well.
func TestEachTwoKindsCollideOrGoTogether(t *testing.T) {
	passed, refused := map[string]int{}, map[string]int{}
	for i, a := range choices(rand.New(rand.NewPCG(1, 1))) {
		for j := range choices(rand.New(rand.NewPCG(1, 1))) {
			for n := range uint64(2) {
				rng := rand.New(rand.NewPCG(uint64(i*100+j), n))
				drawn := choices(rng)
				first, second := drawn[i], drawn[j]
				first.At = time.Second
				second.At = first.At + time.Duration(rng.Int64N(int64(14*time.Second)))
				if !goTogether(t, first.FaultSpec, second.FaultSpec) {
					refused[a.Fault]++
					continue
				}
				passed[a.Fault]++
			}
		}
	}
	for name := range scripts {
		instant := name == "leader-transfer" // over before another one begins
		if passed[name] == 0 || refused[name] == 0 && !instant {
			t.Errorf("%s goes together with %d and collides with %d", name, passed[name], refused[name])
		}
	}
}

// choices are those of a random mix.
func choices(rng *rand.Rand) []plan.Choice { return randomMix(rng).Mix.Choices }

// goTogether tells whether the planner lets two events pass, and plays them then.
func goTogether(t *testing.T, first, second plan.FaultSpec) bool {
	t.Helper()
	spec := plan.Spec{Members: 3, Faults: []plan.FaultSpec{first, second}, Clients: []plan.ClientSpec{
		{Name: "a", Pin: "n1"}, {Name: "b", Pin: "leader"},
	}}
	p := plan.Expand("pair", spec, faults.Rules(), 1, 1)
	has := []plan.Feature{plan.TLS, plan.Quota, plan.Snapshots, plan.Next}
	if plan.Check([]plan.Plan{p}, faults.Rules(), []string{"n1", "n2", "n3"}, has) != nil {
		return false
	}
	synctest.Test(t, func(*testing.T) {
		if err := playOnModel(p); err != nil {
			t.Error(fmt.Sprintf("%v\n", err) + plan.Format([]plan.Plan{p}))
		}
	})
	return true
}
