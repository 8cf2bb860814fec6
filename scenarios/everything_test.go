package scenarios_test

import (
	"math"
	"testing"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/scenarios"
)

func everything(t *testing.T) harness.Scenario {
	t.Helper()
	s, err := scenarios.Load("everything")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// How often each fault comes is its weight's share of all, whatever it takes and however long.
func TestEverythingDrawsByWeight(t *testing.T) {
	const plans = 1000
	s := everything(t)
	came, all := map[string]int{}, 0
	for seed := range uint64(plans) {
		p := plan.Expand(s.Name, s.Faults, faults.Rules(), seed, 1)
		if err := plan.Check([]plan.Plan{p}, faults.Rules(), []string{"n1", "n2", "n3"},
			s.Cluster.Features()); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, e := range p.Events {
			came[e.Fault]++
			all++
		}
	}
	weights := 0
	for _, c := range s.Faults.Mix.Choices {
		weights += c.Weight
	}
	if all < 5*plans {
		t.Errorf("%d events in %d plans: the mix has no time for any", all, plans)
	}
	for _, c := range s.Faults.Mix.Choices {
		share := float64(c.Weight) / float64(weights)
		want := share * float64(all)
		bound := 3.5 * math.Sqrt(want*(1-share)) // which one kind in 2000 misses by chance
		if n := float64(came[c.Fault]); math.Abs(n-want) > bound {
			t.Errorf("%s came %v times in %d, by its weight %.1f ± %.1f", c.Fault, n, all, want, bound)
		}
	}
}

// A fault that the cluster of everything allows can come.
func TestEverythingHasAllThatItsClusterAllows(t *testing.T) {
	s := everything(t)
	chosen := faultsOf(s)
	for _, r := range faults.Rules() {
		if r.Unavailable != "" {
			continue
		}
		if err := r.Fits(s.Cluster.Members, s.Cluster.Features()); err != nil {
			t.Errorf("the cluster of everything lacks what a fault needs: %v", err)
		}
		if !chosen[r.Name] {
			t.Errorf("everything never draws %s", r.Name)
		}
	}
}

func faultsOf(s harness.Scenario) map[string]bool {
	all := map[string]bool{}
	for _, f := range s.Faults.Faults {
		all[f.Fault] = true
	}
	if s.Faults.Mix != nil {
		for _, c := range s.Faults.Mix.Choices {
			all[c.Fault] = true
		}
	}
	return all
}
