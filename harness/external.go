package harness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness/cluster"
	"aftershock/internal/nearest"
	"aftershock/results"
)

// Secret is a text that is never printed or written down.
type Secret = cluster.Secret

// Allowed is a host beyond this machine that may be dialled.
type Allowed = cluster.Allowed

// ParseAllowed reads HOST or HOST:PORT; the addresses of a name are for the caller to look up.
func ParseAllowed(text string) (Allowed, error) { return cluster.ParseAllowed(text) }

// External is a cluster that is already running: how it is reached, and what may be done to it.
type External struct {
	cluster.ExternalConfig
	Faults  []string // the allowed ones; no fault is allowed by default
	Lasting []string // allowed although a heal does not undo everything
}

// Runtime is the runtime that attaches to the cluster.
func (x External) Runtime() Runtime {
	return Runtime{
		Name: results.External, Able: new(cluster.External).Able, External: &x,
		Boot: func(ctx context.Context, c cluster.Config) (cluster.Cluster, error) {
			return orNil(cluster.AttachExternal(ctx, c))
		},
	}
}

// checkFaults rejects playable faults, which are those planned ones that the cluster can suffer, that are missing from
// --allow-fault, and allowed names that are unknown or not possible on the cluster: able says why. A fault that leaves
// lasting changes needs --allow-lasting instead.
func (x *External) checkFaults(planned, playable []string, able func(fault string) error) error {
	if x == nil {
		return nil
	}
	errs := []error{
		checkAllowance("--allow-fault", x.Faults, faults.Names(), planned, able),
		checkAllowance("--allow-lasting", x.Lasting, faults.Lasting(), planned, able),
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	allowed, lasting := slices.Clone(x.Faults), slices.Clone(x.Lasting)
	var leaves []string
	for _, fault := range faults.All() {
		switch {
		case !slices.Contains(playable, fault.Name):
		case fault.Lasting == "" && !slices.Contains(allowed, fault.Name):
			allowed = append(allowed, fault.Name)
		case fault.Lasting != "" && !slices.Contains(lasting, fault.Name):
			lasting = append(lasting, fault.Name)
			leaves = append(leaves, fmt.Sprintf("the scenario does to the external cluster what cannot be "+
				"undone: %s, %s", fault.Name, fault.Lasting))
		}
	}
	if len(allowed) > len(x.Faults) {
		errs = append(errs, fmt.Errorf("the scenario hurts the external cluster with %s, which has to be "+
			"allowed: --allow-fault %s",
			strings.Join(allowed[len(x.Faults):], ", "), strings.Join(allowed, ",")))
	}
	if len(leaves) > 0 {
		errs = append(errs, fmt.Errorf("%s, which has to be allowed: --allow-lasting %s",
			strings.Join(leaves, "; "), strings.Join(lasting, ",")))
	}
	return errors.Join(errs...)
}

// checkAllowance rejects an allowance for an unknown fault, and for one that is not possible on the cluster. If such a
// fault is planned, the check of its plan reports it.
func checkAllowance(flag string, given, known, planned []string, able func(fault string) error) error {
	var errs []error
	for _, name := range given {
		switch {
		case slices.Contains(known, name) && !slices.Contains(planned, name):
			errs = append(errs, able(name))
		case !slices.Contains(known, name) && slices.Contains(faults.Names(), name):
			errs = append(errs, fmt.Errorf("%s: what %s does is undone: it goes with --allow-fault (allowed: %s)",
				flag, name, strings.Join(known, ", ")))
		case !slices.Contains(known, name):
			errs = append(errs, fmt.Errorf("%s: %w", flag, nearest.Unknown("fault", name, known)))
		}
	}
	return errors.Join(errs...)
}

// claim claims an external cluster for the run, and returns the function that releases it. A run whose trials have new
// clusters has nothing to claim.
func (o *Options) claim(ctx context.Context, found cluster.Survey) (letGo func() error, err error) {
	if o.Runtime.External == nil {
		return func() error { return nil }, nil
	}
	held := *o.Runtime.External
	if held.Claim, err = cluster.ClaimExternal(ctx, held.ExternalConfig); err != nil {
		return nil, err
	}
	held.ClusterID = found.ClusterID // every trial insists on that one
	o.Runtime.External = &held
	return held.Claim.Close, nil
}

// check refuses options that no external cluster allows.
func (x *External) check(members int, pin bool) error {
	switch {
	case x == nil:
		return nil
	case members == 0:
		return errors.New("the scenario has no members: it does not use an external cluster")
	case pin:
		return errors.New("--pin keeps the members to cores of their own, and members of an external cluster " +
			"cannot be moved")
	}
	return x.Check()
}

// Survey asks an external cluster whether it is what the options say, and whether the plans fit its members, before
// anything is written. Without an external cluster there is nothing to ask.
func (o Options) Survey(ctx context.Context) (cluster.Survey, error) {
	if o.Runtime.External == nil {
		return cluster.Survey{}, nil
	}
	found, err := cluster.SurveyExternal(ctx, cluster.Config{
		Members: o.Scenario.Cluster.Members, External: &o.Runtime.External.ExternalConfig,
	})
	if err != nil {
		return found, err
	}
	return found, errors.Join(plan.Check(o.Plans, faults.Rules(), found.Names(), nil), o.partial.checkSame(found))
}

// checkSame refuses to resume a run on another cluster than it began on: trials of two clusters are not one run.
func (p *partial) checkSame(found cluster.Survey) error {
	if p == nil || p.run.External == nil {
		return nil
	}
	was, is := *p.run.External, attached(found)
	if was.ClusterID == is.ClusterID && slices.Equal(was.Members, is.Members) {
		return nil
	}
	return fmt.Errorf("the run was begun on cluster %s with %+v, and the endpoints lead to %s with %+v",
		was.ClusterID, was.Members, is.ClusterID, is.Members)
}

func attached(found cluster.Survey) results.Attached {
	a := results.Attached{ClusterID: strconv.FormatUint(found.ClusterID, 16)}
	for _, m := range found.Members {
		a.Members = append(a.Members, results.AttachedMember{Name: m.Member, Endpoint: m.ClientURL, Etcd: m.Version})
	}
	return a
}

// attach records what was found about the external cluster. The run's etcd is the members' and not the one that is
// built in here.
func (r *runner) attach(found cluster.Survey) {
	if r.Runtime.External == nil {
		return
	}
	a := attached(found)
	for _, by := range r.Runtime.External.Allowed {
		host := results.AllowedHost{Host: by.String()}
		for _, address := range by.Addresses {
			host.Addresses = append(host.Addresses, address.String())
		}
		a.Allowed = append(a.Allowed, host)
	}
	versions := map[string]bool{}
	for _, m := range a.Members {
		versions[m.Etcd] = true
	}
	r.run.External, r.run.Environment.Etcd = &a, strings.Join(slices.Sorted(maps.Keys(versions)), ", ")
}

// stranded returns why the run must not continue on an external cluster. A cluster of ours is thrown away with its
// trial, whatever is left in it. An external one is still there for the next trial, and for its other clients.
func (t *trial) stranded(ctx context.Context, invalid error) error {
	switch {
	case t.runtime.External == nil:
		return nil
	case errors.Is(t.end.played, chaos.ErrUnhealed):
		return fmt.Errorf("%w, and an external cluster is not thrown away: %s; repair it before it is used again",
			chaos.ErrUnhealed, strings.Join(t.unhealed(), "; "))
	case t.cluster == nil && ctx.Err() == nil:
		return fmt.Errorf("cannot attach to the external cluster any more: %w", invalid)
	}
	return nil
}

// unhealed says what may still be hurt.
func (t *trial) unhealed() []string {
	var all []string
	for _, f := range t.record.Faults {
		if !strings.Contains(f.Error, chaos.ErrUnhealed.Error()) {
			continue
		}
		what := []string{f.Event, "(" + f.Fault + ")"}
		for _, key := range slices.Sorted(maps.Keys(f.Resolved)) {
			what = append(what, key+"="+f.Resolved[key])
		}
		why, _, _ := strings.Cut(f.Error, "\n") // below it is where a panic came from
		all = append(all, strings.Join(what, " ")+" may still be at work: "+why)
	}
	return all
}
