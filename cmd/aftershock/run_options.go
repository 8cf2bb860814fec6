package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/nearest"
	"aftershock/internal/regular"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"
)

// defaultMaxPairs is about as many pairs as a night has time for.
const defaultMaxPairs = 40

// options resolves flags and scenario into the options of a run, and returns the time that it may take.
func (f *runFlags) options(scenario string) (harness.Options, time.Duration, error) {
	runtime, runtimeErr := f.runtime()
	s, err := f.scenario(scenario, runtime)
	if err != nil {
		return harness.Options{}, 0, err
	}
	names, pairs, limit := s.Fixes, s.Pairs, s.Budget.Run
	if f.quick {
		names, pairs, limit = s.Quick.Fixes, s.Quick.Pairs, s.Budget.QuickRun
	}
	var nameErr error
	if len(f.fixes) > 0 {
		names, nameErr = fixNames(s, f.fixes)
	}
	if f.changed("pairs") {
		pairs = f.pairs
	}
	if f.changed("budget") {
		limit = f.budget
	}
	stop, stopErr := f.stopRule(limit, len(names))
	if stop != nil {
		pairs = stop.MaxPairs
	}
	var planErr error
	if f.plan == "" {
		planErr = checkPairs(pairs)
	}
	if f.plan != "" || planErr != nil {
		pairs = 0
	}
	o, fixErr := scenarios.Options(s, fixes.Registry(), names, f.seed, pairs)
	if nameErr != nil {
		fixErr = nameErr
	}
	o.Out, o.Quick, o.Pin, o.Profile, o.Load = f.out, f.quick, f.pin, f.profile, f.load
	o.Name = f.name
	if stop != nil {
		o.Stop, o.Enough = stop, summary.Enough(stop.Width)
	}
	if f.plan != "" {
		planErr = f.readPlans(&o)
	}
	o.Patience = patience(o, limit)
	o.Runtime = runtime
	o.Command = f.command(o, scenario, names)
	return o, limit, errors.Join(stopErr, fixErr, planErr, runtimeErr)
}

// scenario reads a scenario with what the flags change of it, for the runtime where its faults are played.
func (f *runFlags) scenario(name string, r harness.Runtime) (harness.Scenario, error) {
	s, err := scenarios.Load(name)
	if err == nil && (f.before != "" || f.after != "") {
		s, err = scenarios.Between(s, f.before, f.after)
	}
	if err == nil && f.etcd != "" {
		if s, err = scenarios.On(s, f.etcd); err != nil {
			err = fmt.Errorf("--etcd: %w", err)
		}
	}
	if err != nil {
		return s, err
	}
	return r.Narrow(s)
}

// patience is how long the run may wait for a calm machine: no longer than its budget has room besides all trials and
// retries. A run with --width counts the wait as a part of its trials.
func patience(o harness.Options, limit time.Duration) *results.Patience {
	if o.Stop != nil {
		return harness.PatienceFor(o.Stop.MaxTime, 0)
	}
	return harness.PatienceFor(limit, o.Scenario.WithReserve(harness.Arms(o.Fixes), len(o.Plans)))
}

// stopRule reads --width and its bounds; nil without.
func (f *runFlags) stopRule(limit time.Duration, fixes int) (*results.Stop, error) {
	fewest := stat.FewestPairs(fixes)
	if f.width == "" {
		for _, flag := range []string{"max-pairs", "max-time"} {
			if f.changed(flag) {
				return nil, fmt.Errorf("--%s bounds --width, and there is none: --pairs fixes how many pairs are run",
					flag)
			}
		}
		return nil, nil
	}
	width, err := units.Share(f.width)
	switch {
	case err != nil:
		return nil, fmt.Errorf("--width: %w", err)
	case width <= 0 || width > 1:
		return nil, fmt.Errorf("--width is %s (allowed: above 0%% to 100%%)", f.width)
	case f.changed("pairs"):
		return nil, errors.New("--pairs fixes how many pairs are run, and --width adds them until the interval is " +
			"narrow: give one of them")
	case f.plan != "":
		return nil, errors.New("--width runs as many pairs as it takes, and --plan holds plans for so many: give one " +
			"of them")
	case f.maxPairs < fewest || f.maxPairs > maxPairs:
		return nil, fmt.Errorf("--max-pairs is %d (allowed: %d, the fewest from which %d fixes can be judged "+
			"together, to %d)",
			f.maxPairs, fewest, fixes, maxPairs)
	}
	if f.changed("max-time") {
		limit = f.maxTime
	}
	return &results.Stop{Width: width, MaxPairs: f.maxPairs, MaxTime: limit}, nil
}

// fixNames replaces the name of a family by the names of its fixes.
func fixNames(s harness.Scenario, given []string) (names []string, err error) {
	registry, err := fixes.Registry().For(s.Target)
	errs := []error{err}
	for _, name := range given {
		found, err := registry.Named(name)
		errs = append(errs, err)
		for _, fix := range found {
			names = append(names, fix.Name)
		}
	}
	return names, errors.Join(errs...)
}

// readPlans reads the file that --plan names.
func (f *runFlags) readPlans(o *harness.Options) error {
	text, err := regular.Read(f.plan)
	if err != nil {
		return fmt.Errorf("--plan: %w", err)
	}
	if o.Plans, err = plan.Parse(f.plan, string(text), faults.Rules()); err != nil {
		return err
	}
	if f.changed("pairs") {
		if f.pairs < 1 || f.pairs > len(o.Plans) {
			return fmt.Errorf("--pairs is %d, and %s has plans for %d", f.pairs, f.plan, len(o.Plans))
		}
		o.Plans = o.Plans[:f.pairs]
	}
	first := o.Plans[0]
	if first.Scenario != o.Scenario.Name {
		return fmt.Errorf("%s is a plan for scenario %q, not for %q", f.plan, first.Scenario, o.Scenario.Name)
	}
	if f.changed("seed") && f.seed != first.Seed {
		return fmt.Errorf("--seed is %d, and %s was expanded from %d; leave --seed out to replay it", f.seed, f.plan,
			first.Seed)
	}
	o.Seed = first.Seed
	return nil
}

// runtime finds the runtime that --cluster names.
func (f *runFlags) runtime() (harness.Runtime, error) { return f.external.on(f.cluster, f.changed) }

func runtimeNamed(name string) (harness.Runtime, error) {
	var names []string
	for _, r := range harness.Runtimes() {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return harness.Runtime{}, fmt.Errorf("--cluster: %w", nearest.Unknown("runtime", name, names))
}

// invocation is how this program was called, so that a printed command can be pasted: it may not be on the PATH.
func invocation() string {
	if filepath.Base(os.Args[0]) == "aftershock" {
		return os.Args[0]
	}
	return "aftershock"
}

// command repeats the run: it spells out every choice, so that a change of defaults does not change it.
func (f *runFlags) command(o harness.Options, scenario string, names []string) results.Invocation {
	many := results.Pairs(len(o.Plans))
	if o.Stop != nil {
		many = []string{"--width", f.width, "--max-pairs", strconv.Itoa(o.Stop.MaxPairs), "--max-time",
			units.Short(o.Stop.MaxTime)}
	}
	i := results.RunOf(invocation(), scenario, names, many, o.Seed)
	if f.load != 0 {
		i = i.Load(f.load)
	}
	return i.If(f.quick, "--quick").
		If(f.plan != "", "--plan", f.plan).
		If(f.cluster != "processes", "--cluster", f.cluster).
		If(f.etcd != "", "--etcd", f.etcd).
		If(f.cluster == results.External, f.external.words()...).
		If(f.pin, "--pin").
		If(f.profile, "--profile").
		If(f.changed("budget"), "--budget", f.budget.String()).
		If(f.gate != "", "--gate", f.gate).
		If(f.before != "", "--before", f.before).
		If(f.after != "", "--after", f.after).
		If(f.changed("out"), "--out", f.out).
		If(f.changed("calibration"), "--calibration", f.calibration).
		If(f.registered != "", "--preregistered", f.registered)
}
