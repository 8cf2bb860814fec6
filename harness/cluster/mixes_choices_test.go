package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
)

func forSo(fault, target string, d time.Duration) plan.Choice {
	return plan.Choice{FaultSpec: plan.FaultSpec{Fault: fault, Target: target, For: d}, Weight: 1}
}

func moves(fault string) plan.Choice {
	return plan.Choice{FaultSpec: plan.FaultSpec{Fault: fault, Target: "leader", To: "follower"}, Weight: 1}
}

// told is a choice with parameters, each a name and a value.
func told(c plan.Choice, params ...string) plan.Choice {
	c.Params = plan.Params{}
	for i := 0; i < len(params); i += 2 {
		c.Params[params[i]] = params[i+1]
	}
	return c
}

// oneOf draws the word for whom a fault hits.
func oneOf(rng *rand.Rand, target string) string {
	words := map[string][]string{
		"a member": {"leader", "follower", "n1", "n2", "n3"},
		"a client": {"client.collector", "client.bystander"},
	}[target]
	if len(words) == 0 {
		return target
	}
	return words[rng.IntN(len(words))]
}

func TestMixesAreOfAllFaultsThatThereAre(t *testing.T) {
	var missing []string
	for _, r := range faults.Rules() {
		of := func(c faultCase) bool { return c.mixed.Fault == r.Name }
		if r.Unavailable == "" && !slices.Contains(r.Wants, plan.Next) && !slices.ContainsFunc(faultCases, of) {
			missing = append(missing, r.Name)
		}
	}
	if len(missing) > 0 {
		t.Errorf("no mix draws %v", missing)
	}
}
