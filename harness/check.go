package harness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness/cluster"
	"aftershock/harness/load"
	"aftershock/internal/nearest"
	"aftershock/results"
)

// Runtime is where a run's members live.
type Runtime struct {
	Name string
	Boot Boot
	Able func(chaos.Ability) error

	// External says which running cluster is attached to, and what is allowed there; nil where each trial has a new one
	// of ours.
	External *External
}

// Runtimes lists the runtimes; figures come from the first.
func Runtimes() []Runtime {
	return []Runtime{
		{
			Name: "processes", Able: new(cluster.Processes).Able,
			Boot: func(ctx context.Context, c cluster.Config) (cluster.Cluster, error) {
				return orNil(cluster.StartProcesses(ctx, c))
			},
		},
		{
			Name: "embedded", Able: new(cluster.Embedded).Able,
			Boot: func(ctx context.Context, c cluster.Config) (cluster.Cluster, error) {
				return orNil(cluster.StartEmbedded(ctx, c))
			},
		},
		External{}.Runtime(),
	}
}

// orNil keeps a nil pointer from becoming an interface that is not nil.
func orNil[C cluster.Cluster](c C, err error) (cluster.Cluster, error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}

// spaceATrial is what a trial leaves in the run's folder besides ops.bin, with room to spare: histograms and logs.
// spaceEvidence is what a profiled trial adds: the recordings at their limits, and as much as they overshoot them.
const (
	spaceATrial   = 4 << 20
	spaceEvidence = traceLimit + ringLimit + 8<<20
)

// Check refuses options that cannot be run, before anything is started.
func (o Options) Check() error {
	return errors.Join(o.CheckScenario(), CheckOut(o.Out, 0), o.checkName(), o.checkPin(),
		o.Runtime.External.check(o.Scenario.Cluster.Members, o.Pin))
}

// CheckScenario refuses what no machine can run: a scenario, fixes and plans that do not go together.
func (o Options) CheckScenario() error {
	s := o.Scenario
	var errs []error
	if s.Cluster.Members > 0 {
		errs = append(errs, cluster.Config{
			Members: s.Cluster.Members, Tick: s.Cluster.Tick, Election: s.Cluster.Election,
			Quota: s.Cluster.Quota, SnapshotCount: s.Cluster.SnapshotCount,
		}.Check())
	}
	if o.Stop != nil &&
		(o.Enough == nil || o.Stop.Width <= 0 || o.Stop.MaxTime <= 0 || o.Stop.MaxPairs != len(o.Plans)) {
		errs = append(errs, fmt.Errorf("a run that stops by itself needs a width, a time limit, %d plans and an "+
			"Enough function: %+v",
			o.Stop.MaxPairs, *o.Stop))
	}
	if len(o.Fixes) == 0 || len(o.Plans) == 0 {
		errs = append(errs, errors.New("nothing to run: at least one fix and one pair are needed"))
	}
	names := cluster.Names(s.Cluster.Members)
	switch x := o.Runtime.External; {
	case x == nil:
		errs = append(errs, plan.Check(o.Plans, faults.Rules(), names, s.Cluster.Features()))
	case len(x.Endpoints) == 0: // it is only planned; otherwise Survey finds out the members' names
		errs = append(errs, plan.Check(o.Plans, faults.Rules(), names, nil))
	}
	for i, p := range o.Plans {
		if p.Pair != i+1 {
			errs = append(errs, fmt.Errorf("the plan of pair %d is for pair %d", i+1, p.Pair))
		}
		errs = append(errs, s.Phases.CheckPlan(p))
		if s.Cluster.Members == 0 && len(p.Events)+len(p.Clients) > 0 {
			errs = append(errs,
				fmt.Errorf("the plan of pair %d has faults or clients, and the scenario has no members", p.Pair))
		}
	}
	return errors.Join(append(errs, o.checkWorkload(), o.checkServers(), o.CheckFixes(), o.checkLoad(),
		o.checkSetLoad(), o.checkAbilities())...)
}

// CheckFixes refuses fixes that could not be judged in the scenario, and says where they can be.
func (o Options) CheckFixes() error {
	var errs []error
	for _, f := range o.Fixes {
		if f.Lacking == nil {
			continue
		}
		meant := o.Scenario.meant(f.Workload(results.Before).Describe())
		if lacking := f.Lacking(meant); len(lacking) > 0 {
			errs = append(errs, fmt.Errorf("fix %q cannot be judged in scenario %q, which gives no %s; it "+
				"matters in scenario %q%s",
				f.Name, o.Scenario.Name, strings.Join(lacking, ", no "), f.Scenario, o.Scenario.instead(f.Name)))
		}
	}
	return errors.Join(errs...)
}

// instead names the scenario's fixes, the one with the nearest name first. For a fix of the scenario it is empty.
func (s Scenario) instead(name string) string {
	if len(s.Fixes) == 0 || slices.Contains(s.Fixes, name) {
		return ""
	}
	meant := ""
	if m := nearest.Match(name, s.Fixes); m != "" {
		meant = fmt.Sprintf("; did you mean %q?", m)
	}
	return meant + " (fixes of this scenario: " + strings.Join(s.Fixes, ", ") + ")"
}

// checkWorkload refuses a scenario that gives the workload too little, or what it does not know. Otherwise each trial
// would fail after its boot.
func (o Options) checkWorkload() error {
	if len(o.Fixes) == 0 || len(o.Plans) == 0 {
		return nil
	}
	var errs []error
	for _, g := range groupsOf(o.Fixes) {
		_, err := g.describe()
		errs = append(errs, err)
	}
	d := o.described()
	clustered := o.Scenario.Cluster.Members > 0
	streams := d.names(clustered)
	meant := o.Scenario.meant(d)
	for _, s := range o.Scenario.Streams {
		if !slices.Contains(streams, s.Name) {
			errs = append(errs, nearest.Unknown("stream", s.Name, streams))
		}
	}
	for _, name := range streams {
		given := slices.ContainsFunc(meant.Streams, func(s Stream) bool { return s.Name == name })
		if !given && !d.Stream(name).Optional {
			errs = append(errs, fmt.Errorf("the scenario has no stream %q, which the workload serves", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Scenario.Workload)) {
		if !slices.Contains(d.Settings, name) {
			errs = append(errs, nearest.Unknown("workload setting", name, d.Settings))
		}
	}
	if d.Refuses != nil {
		errs = append(errs, d.Refuses(meant.Workload, clustered))
	}
	if d.Apart {
		errs = append(errs, o.checkApart())
	}
	errs = append(errs, o.checkWorkers())
	for _, p := range o.Plans {
		if clustered {
			errs = append(errs, d.pinned(p))
		}
	}
	return errors.Join(errs...)
}

// described is what the fixes' workload says of itself; nothing without fixes.
func (o Options) described() Description {
	if len(o.Fixes) == 0 {
		return Description{}
	}
	return o.Fixes[0].Workload(results.Before).Describe()
}

// checkWorkers refuses several workers for a service that is not a program of its own.
func (o Options) checkWorkers() error {
	for _, f := range o.Fixes {
		for _, side := range []results.Arm{results.Before, results.After} {
			w := f.Workload(side)
			d := w.Describe()
			if _, shared := w.(Shared); d.Workers < 0 || d.Workers > 1 && (!shared || !d.Apart) {
				return fmt.Errorf("%d workers for the %s arm of %s (several need a workload that is Shared, and a "+
					"service that is Apart)", d.Workers, side, f.Name)
			}
		}
	}
	return nil
}

// checkApart refuses what a run cannot do with a service that is a program of its own.
func (o Options) checkApart() error {
	var errs []error
	if o.Profile {
		errs = append(errs, errors.New("--profile records the worker, and the scenario's target is a program of its "+
			"own"))
	}
	if o.Runtime.External != nil {
		errs = append(errs, errors.New("--cluster external keeps all keys below "+Prefix+", and which keys the "+
			"scenario's target writes is not known: run it without --cluster"))
	}
	return errors.Join(errs...)
}

// checkLoad refuses streams that no generator can drive.
func (o Options) checkLoad() error {
	var errs []error
	d := o.described()
	for _, p := range o.Plans {
		for _, s := range streamsOf(o.Scenario, p, d.Primary()) {
			if _, err := s.Schedule.Intended(); err != nil {
				errs = append(errs, fmt.Errorf("stream %q: %w", s.Name, err))
			}
			if n := load.Workers(s.Rate/float64(max(1, d.Workers)), s.Timeout); n > load.MaxWorkers {
				errs = append(errs, fmt.Errorf(
					"stream %q: %v/s with a time-out of %v needs %d workers, at most %d are possible",
					s.Name, s.Rate, s.Timeout, n, load.MaxWorkers))
			}
		}
		if len(errs) > 0 {
			break // the others have the same streams
		}
	}
	return errors.Join(errs...)
}

// checkPin refuses --pin where the cores cannot be divided.
func (o Options) checkPin() error {
	if !o.Pin || o.Runtime.External != nil {
		return nil
	}
	_, err := split()
	return err
}
