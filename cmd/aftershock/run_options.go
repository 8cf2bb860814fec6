package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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
	s, err := scenarios.Load(scenario)
	if err != nil {
		return harness.Options{}, 0, err
	}
	o := harness.Options{Scenario: s, Seed: f.seed, Out: f.out, Quick: f.quick, Pin: f.pin, Profile: f.profile, Load: f.load}
	names, pairs, limit := s.Fixes, s.Pairs, s.Budget.Run
	if f.quick {
		names, pairs, limit = s.Quick.Fixes, s.Quick.Pairs, s.Budget.QuickRun
	}
	var fixErr error
	if len(f.fixes) > 0 {
		names, fixErr = fixNames(s, f.fixes)
	}
	if f.changed("pairs") {
		pairs = f.pairs
	}
	if f.changed("budget") {
		limit = f.budget
	}
	stopErr := f.stopRule(&o, limit, len(names))
	if o.Stop != nil {
		pairs = o.Stop.MaxPairs
	}
	if fixErr == nil {
		fixErr = chooseFixes(&o, names)
	}
	planErr := f.makePlans(&o, pairs)
	o.Patience = patience(o, limit)
	o.Runtime, err = f.runtime()
	f.command(&o, scenario)
	return o, limit, errors.Join(stopErr, fixErr, planErr, err)
}

// patience is how long the run may wait for a calm machine: no longer than its budget has room besides all trials and
// retries. A run with --width counts the wait as a part of its trials.
func patience(o harness.Options, limit time.Duration) *results.Patience {
	if o.Stop != nil {
		return harness.PatienceFor(o.Stop.MaxTime, 0)
	}
	return harness.PatienceFor(limit, o.Scenario.WithReserve(harness.Arms(o.Fixes), len(o.Plans)))
}

// stopRule reads --width and its bounds.
func (f *runFlags) stopRule(o *harness.Options, limit time.Duration, fixes int) error {
	fewest := stat.FewestPairs(fixes)
	if f.width == "" {
		for _, flag := range []string{"max-pairs", "max-time"} {
			if f.changed(flag) {
				return fmt.Errorf("--%s bounds --width, and there is none: --pairs fixes how many pairs are run", flag)
			}
		}
		return nil
	}
	width, err := units.Share(f.width)
	switch {
	case err != nil:
		return fmt.Errorf("--width: %w", err)
	case width <= 0 || width > 1:
		return fmt.Errorf("--width is %s (allowed: above 0%% to 100%%)", f.width)
	case f.changed("pairs"):
		return errors.New("--pairs fixes how many pairs are run, and --width adds them until the interval is narrow: give one of them")
	case f.plan != "":
		return errors.New("--width runs as many pairs as it takes, and --plan holds plans for so many: give one of them")
	case f.maxPairs < fewest || f.maxPairs > maxPairs:
		return fmt.Errorf("--max-pairs is %d (allowed: %d, the fewest from which %d fixes can be judged together, to %d)",
			f.maxPairs, fewest, fixes, maxPairs)
	}
	if f.changed("max-time") {
		limit = f.maxTime
	}
	o.Stop = &results.Stop{Width: width, MaxPairs: f.maxPairs, MaxTime: limit}
	o.Enough = summary.Enough(width)
	return nil
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

func chooseFixes(o *harness.Options, names []string) error {
	registry, err := fixes.Registry().For(o.Scenario.Target)
	errs := []error{err}
	for i, name := range names {
		fix, err := registry.Find(name)
		if err == nil && slices.Contains(names[:i], name) {
			err = fmt.Errorf("fix %q is named twice", name)
		}
		errs = append(errs, err)
		o.Fixes = append(o.Fixes, o.Scenario.Ask(fix))
	}
	for _, name := range o.Scenario.Fixes {
		left, err := registry.Find(name)
		if err == nil && left.Repairs() && !slices.Contains(names, name) {
			o.NotRun = append(o.NotRun, name)
		}
	}
	return errors.Join(append(errs, o.CheckFixes())...)
}

// makePlans expands the seed, or reads the file that --plan names.
func (f *runFlags) makePlans(o *harness.Options, pairs int) error {
	if f.plan == "" {
		if err := checkPairs(pairs); err != nil {
			return err
		}
		o.Plans = plan.ExpandAll(o.Scenario.Name, o.Scenario.Faults, faults.Rules(), o.Seed, pairs)
		return nil
	}
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
		return fmt.Errorf("--seed is %d, and %s was expanded from %d; leave --seed out to replay it", f.seed, f.plan, first.Seed)
	}
	o.Seed = first.Seed
	return nil
}

// runtime finds the runtime that --cluster names.
func (f *runFlags) runtime() (harness.Runtime, error) {
	if f.cluster == results.External {
		return f.external.runtime()
	}
	r, err := runtimeNamed(f.cluster)
	if err != nil {
		return r, err
	}
	return r, f.external.refuse(f.changed)
}

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
func (f *runFlags) command(o *harness.Options, scenario string) {
	var names []string
	for _, fix := range o.Fixes {
		names = append(names, fix.Name)
	}
	o.Command = []string{invocation(), "run", scenario, "--fix", strings.Join(names, ",")}
	add := func(given bool, words ...string) {
		if given {
			o.Command = append(o.Command, words...)
		}
	}
	if o.Stop != nil {
		add(true, "--width", f.width, "--max-pairs", strconv.Itoa(o.Stop.MaxPairs), "--max-time", units.Short(o.Stop.MaxTime))
	} else {
		add(true, "--pairs", strconv.Itoa(len(o.Plans)))
	}
	add(true, "--seed", strconv.FormatUint(o.Seed, 10))
	add(f.load != 0, "--load", strconv.Itoa(f.load))
	add(f.quick, "--quick")
	add(f.plan != "", "--plan", f.plan)
	add(f.cluster != "processes", "--cluster", f.cluster)
	add(f.cluster == results.External, f.external.words()...)
	add(f.pin, "--pin")
	add(f.profile, "--profile")
	add(f.changed("budget"), "--budget", f.budget.String())
	add(f.changed("out"), "--out", f.out)
	add(f.changed("calibration"), "--calibration", f.calibration)
}
