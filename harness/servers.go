package harness

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness/cluster"
	"aftershock/results"
)

// servers are how the arms' members are set, by the arm's name; only where that is said.
func (o Options) servers() map[string]cluster.Server {
	all := map[string]cluster.Server{}
	for _, f := range o.Fixes {
		for _, side := range sides {
			server := f.Workload(side).Describe().Server
			if !reflect.DeepEqual(server, cluster.Server{}) {
				all[f.Name+", "+string(side)] = server
			}
		}
	}
	return all
}

// checkServers refuses settings that etcd would refuse, and those of members that are already running.
func (o Options) checkServers() error {
	var errs []error
	for arm, server := range o.servers() {
		err := cluster.Config{
			Members: o.Scenario.Cluster.Members, Tick: o.Scenario.Cluster.Tick, Election: o.Scenario.Cluster.Election,
			Server: server,
		}.Check()
		if o.Runtime.External != nil {
			err = errors.New("members of an external cluster are already running: how they are set cannot be chosen")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("server of %s: %w", arm, err))
		}
	}
	return errors.Join(append(errs, o.checkPrograms())...)
}

// Programs are those that members of some trial run in place of our own etcd, each once.
func (o Options) Programs() (all []*cluster.Program) {
	add := func(p *cluster.Program) {
		same := func(other *cluster.Program) bool { return *other == *p }
		if p != nil && !slices.ContainsFunc(all, same) {
			all = append(all, p)
		}
	}
	for _, f := range o.Fixes {
		for _, side := range sides {
			if server := f.Workload(side).Describe().Server; server.Program != nil {
				add(server.Program)
			} else {
				add(o.Scenario.Cluster.Program)
			}
		}
	}
	add(o.Scenario.Cluster.Next)
	return all
}

// checkPrograms refuses programs where members are not processes of ours, and plans that they cannot suffer.
func (o Options) checkPrograms() error {
	var errs []error
	if next := o.Scenario.Cluster.Next; next != nil && o.someRunOurs() {
		return fmt.Errorf("the cluster's next etcd is %v, and members run this program's own: name theirs as well "+
			"(binary or module in the section \"cluster\", or --etcd)", next)
	}
	for _, p := range o.Programs() {
		if !o.apart() {
			return fmt.Errorf("members are to run %v, which --cluster %s cannot do (allowed: %s)", p, o.Runtime.Name,
				Runtimes()[0].Name)
		}
		for _, a := range o.demands() {
			if err := suffers(p, a); err != nil {
				errs = append(errs, fmt.Errorf("fault %s: %w; faults that they can suffer: %s", a.fault.Name, err,
					strings.Join(suffered(p), ", ")))
			}
		}
	}
	return errors.Join(errs...)
}

// someRunOurs tells whether the members of an arm run this program's own etcd.
func (o Options) someRunOurs() bool {
	ours := func(f Fix) bool {
		return slices.ContainsFunc(sides[:], func(side results.Arm) bool {
			return f.Workload(side).Describe().Server.Program == nil
		})
	}
	return o.Scenario.Cluster.Program == nil && slices.ContainsFunc(o.Fixes, ours)
}

// checkFound refuses programs that were not looked at, and workers that were not built: no copy of them is kept.
func (o Options) checkFound() error {
	for _, f := range o.Fixes {
		for _, side := range sides {
			if w := f.Workload(side).Describe().Worker; w == NotBuilt || w != "" && o.Built == "" {
				return fmt.Errorf("the worker of %s, %s, was not built before the run", f.Name, side)
			}
		}
	}
	for _, p := range o.Programs() {
		if p.Kept == "" || o.Built == "" {
			return fmt.Errorf("members are to run %v, which was not looked for before the run", p)
		}
	}
	return nil
}

// suffers refuses a fault that takes what another etcd does not have. What has not been looked at yet is not known.
func suffers(p *cluster.Program, a demand) error {
	if err := a.unmet(p.Able); err != nil {
		return err
	}
	if p.SHA256 != "" && !p.KeepsLog() && slices.Contains(a.fault.Wants, plan.Snapshots) {
		return fmt.Errorf("%v has no flag --snapshot-catchup-entries, and keeps more of raft's log than a trial writes",
			p)
	}
	return nil
}

// suffered lists the faults that members which run a program can suffer.
func suffered(p *cluster.Program) (names []string) {
	for _, f := range faults.All() {
		if f.Unavailable == "" && suffers(p, demand{fault: f}) == nil {
			names = append(names, f.Name)
		}
	}
	return names
}

// etcd says which etcd a run's members run: several versions where arms differ in it.
func (o Options) etcd(own string) string {
	var all []string
	for _, p := range o.Programs() {
		all = append(all, strings.TrimPrefix(p.String(), "etcd "))
	}
	if len(all) == 0 {
		return own
	}
	return strings.Join(all, ", ")
}

// listened records where raft's moments came from, if another etcd than ours ran: from questions, if they did so once.
func (r *runner) listened(t *trial) {
	if c, ok := t.cluster.(*cluster.Processes); ok && len(r.Programs()) > 0 && r.run.Moments != results.MomentsAsked {
		r.run.Moments = results.MomentsLogged
		if c.Polled() {
			r.run.Moments = results.MomentsAsked
		}
	}
}
