package scenarios_test

import (
	"math"
	"slices"
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
			came[e.Fault+e.Params["on"]]++
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
		on := c.Params["on"]
		if r := rule(c.FaultSpec); on == "" && r.PinnedWith != "" {
			on = "peers"
		}
		if n := float64(came[c.Fault+on]); math.Abs(n-want) > bound {
			t.Errorf("%s came %v times in %d, by its weight %.1f ± %.1f", c.Fault, n, all, want, bound)
		}
	}
}

// An external cluster is hurt only in ways that it can suffer, whatever the seed: links are those of our own clients.
func TestEverythingDrawsForAnExternalClusterWhatItCanSuffer(t *testing.T) {
	runtime := harness.External{}.Runtime()
	s, err := runtime.Narrow(everything(t))
	if err != nil {
		t.Fatal(err)
	}
	names, came := []string{"n1", "n2", "n3"}, map[string]bool{}
	for seed := range uint64(300) {
		p := plan.Expand(s.Name, s.Faults, faults.Rules(), seed, 1)
		if err := plan.Check([]plan.Plan{p}, faults.Rules(), names, nil); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, e := range p.Events {
			fault, err := faults.Find(e.Fault)
			if err != nil {
				t.Fatal(err)
			}
			for _, need := range fault.NeedsOf(e.Params) {
				if err := runtime.Able(need); err != nil {
					t.Errorf("seed %d, %+v: %v", seed, e, err)
				}
			}
			came[e.Fault] = true
		}
	}
	for _, f := range faults.All() {
		possible := len(f.Ways(runtime.Able)) > 0 && f.Fits(3, nil) == nil
		if came[f.Name] != possible {
			t.Errorf("%s came: %t, and is possible: %t", f.Name, came[f.Name], possible)
		}
	}
	if whole := everything(t); s.LeftOut != len(whole.Faults.Mix.Choices)-len(s.Faults.Mix.Choices) || s.LeftOut == 0 {
		t.Errorf("%d choices are left out of %d, and %d stay", s.LeftOut, len(whole.Faults.Mix.Choices),
			len(s.Faults.Mix.Choices))
	}
}

// A fault that the cluster of everything allows can come.
func TestEverythingHasAllThatItsClusterAllows(t *testing.T) {
	s := everything(t)
	chosen := faultsOf(s)
	for _, r := range faults.Rules() {
		if r.Unavailable != "" || slices.Contains(r.Wants, plan.Next) { // which members of our own etcd never suffer
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
