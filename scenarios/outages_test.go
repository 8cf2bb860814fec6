package scenarios_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness/cluster"
	"aftershock/internal/golden"
	"aftershock/scenarios"
)

// The plans with which docs/faults.md is measured (make outages): each fault that everything can draw, at least
// once, and apart from the others. One of a follower hits the one that the collector is pinned to. Until the last
// fault of a plan the bystander's member leads.
func TestThePlanOfTheOutageTable(t *testing.T) {
	s, err := scenarios.Load("everything")
	if err != nil {
		t.Fatal(err)
	}
	plans := oncePlans(s.Faults, s.Phases.Fault-s.Faults.Mix.From)
	golden.Compare(t, filepath.Join("..", "docs", "outages.plan"), []byte(plan.Format(plans)))
	if err := plan.Check(plans, faults.Rules(), cluster.Names(s.Cluster.Members), s.Cluster.Features()); err != nil {
		t.Error(err)
	}
	played := map[string]bool{}
	for _, p := range plans {
		if err := s.Phases.CheckPlan(p); err != nil {
			t.Error(err)
		}
		for _, e := range p.Events {
			played[e.Fault] = true
		}
	}
	for _, f := range faults.All() {
		if f.Unavailable == "" && !slices.Contains(f.Wants, plan.Next) && !played[f.Name] {
			t.Errorf("%s is in no plan, and so in no row of docs/faults.md", f.Name)
		}
	}
}

// apart is the least time from the end of one fault to the next: most are recovered from in less.
const apart = 3 * time.Second

// movers are the faults after which another member may lead than the one that the bystander is pinned to.
var movers = []string{
	"leader-kill", "all-kill", "leader-stop", "rolling-restart", "leader-pause", "leader-transfer", "leader-transfer-storm",
	"partition-leader", "partition-majority", "partition-halves", "partition-one-way", "partition-bridge", "partition-ring", "swizzle",
	"snapshot-restore",
}

// oncePlans gives each fault that moves leadership a plan, with as many others before it as there is time for, in
// turn. Those that need a follower come first: that the collector's member follows is known for certain then.
func oncePlans(s plan.Spec, window time.Duration) (plans []plan.Plan) {
	var first, steady, last []plan.FaultSpec
	for _, c := range s.Mix.Choices {
		f := c.FaultSpec
		if f.Params["on"] == "clients" {
			continue // the row of its fault is that of the peers' links
		}
		if slices.Contains(movers, f.Fault) {
			last = append(last, f)
			continue
		}
		if f.Target == "follower" || f.Target == "n2" {
			f.Target = "client.collector"
		}
		if rule(f).Role == plan.Follows {
			first = append(first, f)
		} else {
			steady = append(steady, f)
		}
	}
	next := 0
	for i, mover := range last {
		opening := first[i%len(first)]
		opening.At = s.Mix.From
		at, end, laid := opening.At+takes(opening), window-takes(mover), []plan.FaultSpec{opening}
		for f := steady[next]; at+takes(f) <= end; f = steady[next] {
			f.At = at
			laid, at, next = append(laid, f), at+takes(f), (next+1)%len(steady)
		}
		mover.At = at
		one := plan.Spec{Members: s.Members, Clients: s.Clients, Faults: append(laid, mover)}
		plans = append(plans, plan.Expand("everything", one, faults.Rules(), 1, len(plans)+1))
	}
	return plans
}

// takes is how long a fault has the cluster for itself.
func takes(f plan.FaultSpec) time.Duration {
	r := rule(f)
	return max(f.For, r.Room) + r.Settle + apart
}

func rule(f plan.FaultSpec) plan.FaultRule {
	found, err := faults.Find(f.Fault)
	if err != nil {
		panic(err) // everything was read with these rules
	}
	return found.FaultRule
}
