package harness

import (
	"fmt"
	"os"

	"aftershock/chaos/plan"
)

// client is the client of a plan through which the workload talks to etcd; empty when the plan pins none.
func (d Description) client(p plan.Plan) string {
	for _, c := range p.Clients {
		if c.Name == d.Client || d.Client == "" {
			return c.Name
		}
	}
	return ""
}

// pinned refuses a plan that does not pin the workload's client.
func (d Description) pinned(p plan.Plan) error {
	switch {
	case d.client(p) != "":
		return nil
	case d.Client == "":
		return fmt.Errorf("the plan of pair %d pins no client, so the service has no member to talk to", p.Pair)
	}
	return fmt.Errorf("the plan of pair %d pins no client %q, so the workload has no member to talk to", p.Pair,
		d.Client)
}

// given are the variables of this process's environment that have these names.
func given(names []string) map[string]string {
	all := map[string]string{}
	for _, name := range names {
		if value, ok := os.LookupEnv(name); ok {
			all[name] = value
		}
	}
	return all
}

// serviceUnready is a service of the scenario's own that did not become ready, in its own words.
type serviceUnready struct{ error }

func (s serviceUnready) Unwrap() error { return s.error }

// ServiceUnready marks the error of a Start for which the service that a scenario brings is the cause. Two trials in a
// row that fail so end a run.
func ServiceUnready(err error) error { return serviceUnready{err} }
