package harness

import (
	"slices"
	"strings"
	"testing"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/results"
)

// of is a run's options on a runtime with one event of the scenario, at a line of its file.
func of(runtime, fault string, params plan.Params) Options {
	spec := plan.Spec{Members: 3, Faults: []plan.FaultSpec{{Fault: fault, Target: "leader", Params: params, Line: 12}}}
	o := asking(3, runtime, 10)
	o.Scenario.Faults, o.Plans = spec, plan.ExpandAll("some", spec, faults.Rules(), 1, 2)
	if o.Runtime.External != nil {
		o.Runtime = o.Runtime.Allowing()
	}
	return o
}

// Whether a runtime can inject a fault depends on its parameters, where these say whose links it is about.
func TestAbilitiesDependOnTheEvent(t *testing.T) {
	peers, clients := plan.Params{"on": "peers"}, plan.Params{"on": "clients"}
	for _, c := range []struct {
		runtime, fault string
		params         plan.Params
		want           string
	}{
		{results.External, "link-latency", clients, ""},
		{results.External, "link-bandwidth", clients, ""},
		{results.External, "link-slow-start", clients, ""},
		{results.External, "link-reset", clients, ""},
		{results.External, "client-cut", nil, ""},
		{results.External, "link-latency", peers, "fault link-latency with on=peers: members of an external " +
			"cluster cannot"},
		{results.External, "link-reset", nil, "line 12 of the scenario, event e1 of pair 1, fault link-reset with " +
			"on=peers: members of an external cluster cannot: delay, throttle and reset links between members"},
		{results.External, "client-stranded", nil, "event e1 of pair 1, fault client-stranded: members of an " +
			"external cluster cannot: cut a member off in both directions"},
		{"embedded", "link-latency", clients, ""},
		{"embedded", "link-latency", peers, "fault link-latency with on=peers: embedded members cannot"},
		{"processes", "link-latency", peers, ""},
	} {
		err := of(c.runtime, c.fault, c.params).checkAbilities()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v on %s: %v, want %q", c.fault, c.params, c.runtime, err, c.want)
		}
		possible := "\nwith --cluster " + c.runtime + " these faults are possible: "
		if c.want != "" && !strings.Contains(err.Error(), possible) {
			t.Errorf("%s %v on %s: %v does not say what is possible", c.fault, c.params, c.runtime, err)
		}
	}
}

// One error says what is wrong with a fault, however many of its events are planned.
func TestAnImpossibleFaultIsRefusedOnce(t *testing.T) {
	o := of(results.External, "link-reset", nil)
	o.Plans = append(o.Plans, of(results.External, "link-reset", plan.Params{"on": "clients"}).Plans...)
	o.Runtime.External.Faults = nil
	err := o.checkAbilities()
	if err == nil || strings.Count(err.Error(), "cannot: ") != 1 ||
		strings.Count(err.Error(), "which has to be allowed: --allow-fault link-reset") != 1 {
		t.Errorf("%v", err)
	}
}

func TestAMixIsNarrowedForAnExternalCluster(t *testing.T) {
	choice := func(fault string, params plan.Params) plan.Choice {
		return plan.Choice{FaultSpec: plan.FaultSpec{Fault: fault, Params: params}, Weight: 1}
	}
	peers, clients := choice("link-reset", nil), choice("link-reset", plan.Params{"on": "clients"})
	kill, filled, cut := choice("leader-kill", nil), choice("quota-exceeded", nil), choice("client-cut", nil)
	external := External{}.Runtime()
	for name, c := range map[string]struct {
		runtime     Runtime
		given, want []plan.Choice
	}{
		"external":  {external, []plan.Choice{kill, peers, clients, filled, cut}, []plan.Choice{clients, cut}},
		"processes": {Runtimes()[0], []plan.Choice{kill, peers, clients}, []plan.Choice{kill, peers, clients}},
	} {
		s := Scenario{Faults: plan.Spec{Mix: &plan.Mix{Choices: c.given}}}
		s.Cluster.Members = 3
		got, err := c.runtime.Narrow(s)
		same := func(a, b plan.Choice) bool { return a.Fault == b.Fault && a.Params["on"] == b.Params["on"] }
		if err != nil || !slices.EqualFunc(got.Faults.Mix.Choices, c.want, same) ||
			got.LeftOut != len(c.given)-len(c.want) || len(s.Faults.Mix.Choices) != len(c.given) {
			t.Errorf("%s: %+v, %d left out, %v", name, got.Faults.Mix, got.LeftOut, err)
		}
	}
	s := Scenario{Name: "rough", Faults: plan.Spec{Mix: &plan.Mix{Choices: []plan.Choice{kill, peers}}}}
	want := `the mix of scenario "rough" has no fault that is possible with --cluster external: leader-transfer, `
	if _, err := external.Narrow(s); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v", err)
	}
	calm := Scenario{Name: "calm"}
	if got, err := external.Narrow(calm); err != nil || got.LeftOut != 0 || got.Faults.Mix != nil {
		t.Errorf("%+v, %v", got, err)
	}
}
