package harness

import (
	"errors"
	"fmt"
	"slices"

	"aftershock/chaos/plan"
	"aftershock/results"
)

// Outage makes of the options of a run those of one that measures outages alone: of its first fix the arm before the
// repair, once under each plan, and besides the plan's own clients one at each member, which only probe. So it is known
// when a client can write that knows one endpoint, whichever, and when one that knows all.
//
// A load that the scenario leaves to the run is the least that it allows, unless it is given: a pilot would take longer
// than the trials.
func (o Options) Outage() (Options, error) {
	s := o.Scenario
	switch {
	case s.Cluster.Members == 0:
		return o, fmt.Errorf("scenario %q has no cluster, and so no outage of one", s.Name)
	case len(o.Fixes) == 0 || len(o.Plans) == 0:
		return o, errors.New("nothing to run: at least one fix and one plan are needed")
	case !slices.ContainsFunc(o.Plans, func(p plan.Plan) bool { return len(p.Events) > 0 }):
		return o, fmt.Errorf("scenario %q has no faults, and so no outage", s.Name)
	}
	if s.Load != nil && o.Load == 0 {
		o.Load = s.Load.Least
	}
	o.Scenario.Budget.Reserve = 0 // noise spoils a comparison, and no outage
	o.Fixes, o.NotRun = []Fix{unrepaired(o.Fixes[0])}, nil
	o.Endpoints = endpointNames(s.Cluster.Members)
	o.Plans = slices.Clone(o.Plans)
	for i, p := range o.Plans {
		for _, c := range p.Clients {
			if slices.Contains(o.Endpoints, c.Name) {
				return o, fmt.Errorf("client %q of scenario %q has the name of one that only probes: rename it", c.Name,
					s.Name)
			}
		}
		p.Clients = slices.Clone(p.Clients)
		for n, name := range o.Endpoints {
			p.Clients = append(p.Clients, plan.Client{Name: name, Pin: roleOf(n)})
		}
		o.Plans[i] = p
	}
	return o, nil
}

// unrepaired is a fix's arm before the repair, which is compared with nothing but its own calm.
func unrepaired(f Fix) Fix {
	return Fix{
		Fix: results.Fix{
			Name: f.Name, Summary: "no repair: what the faults do to the arm before it", Operations: f.Operations,
			Primary: results.Metric{Name: "p99", Phase: results.InFault}, Against: results.Steady,
		},
		Workload: func(results.Arm) Workload { return f.Workload(results.Before) },
	}
}

func endpointNames(members int) (names []string) {
	for n := range members {
		names = append(names, fmt.Sprintf("endpoint-%d", n+1))
	}
	return names
}

// roleOf is the member that the n-th endpoint is, by its role when the trial begins.
func roleOf(n int) string {
	if n == 0 {
		return "leader"
	}
	return fmt.Sprintf("follower.%d", n-1)
}
