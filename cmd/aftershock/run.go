package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/nearest"
	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/summary"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"

	"github.com/spf13/cobra"
)

// runFlags are what aftershock run can be told.
type runFlags struct {
	fixes   []string
	pairs   int
	seed    uint64
	cluster string
	out     string
	quick   bool
	plan    string
	budget  time.Duration
	json    bool
	changed func(flag string) bool
}

func newRun() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use: "run SCENARIO|FILE", Short: "Run a scenario: all pairs of its fixes", Args: exactly(1, "a scenario"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.changed = cmd.Flags().Changed
			return f.run(cmd.Context(), args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.fixes, "fix", nil, "the fixes to run, separated by commas (default: the scenario's)")
	flags.IntVar(&f.pairs, "pairs", 0, "pairs a fix (default: the scenario's)")
	flags.Uint64Var(&f.seed, "seed", defaultSeed, "the seed that fixes plans, order and arrivals")
	flags.StringVar(&f.cluster, "cluster", "processes", "where members live: processes or embedded")
	flags.StringVar(&f.out, "out", filepath.Join("results", "runs"), "the folder that gets the run's folder")
	flags.BoolVar(&f.quick, "quick", false, "fewer fixes and pairs, as the scenario says")
	flags.StringVar(&f.plan, "plan", "", "replay the plan in this file instead of expanding one")
	flags.DurationVar(&f.budget, "budget", 0, "the longest that the run may take (default: the scenario's)")
	flags.BoolVar(&f.json, "json", false, "print the summary as JSON")
	return cmd
}

func (f *runFlags) run(ctx context.Context, scenario string, stdout, stderr io.Writer) error {
	options, limit, err := f.options(scenario)
	if err == nil {
		err = options.Scenario.CheckBudget(len(options.Fixes), len(options.Plans), limit)
	}
	if err == nil {
		err = options.Check()
	}
	if err != nil {
		return usage(err)
	}
	lines := stdout
	if f.json {
		lines = stderr
	}
	announce(stderr, options)
	watch := newProgress(lines, stderr)
	folder, err := harness.Run(ctx, options, watch)
	watch.stop()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		err = errors.Join(cause, err)
	}
	if folder == "" {
		return err
	}
	return errors.Join(err, f.conclude(folder, stdout))
}

// conclude computes the summary from the files, as anybody could, leaves it beside them and prints it.
func (f *runFlags) conclude(folder string, stdout io.Writer) error {
	s, err := summary.Compute(folder)
	if err != nil {
		return err
	}
	// Printed all the same when the disk is full: the figures are what somebody has waited for.
	err = results.WriteJSON(filepath.Join(folder, results.SummaryFile), s)
	if f.json {
		return errors.Join(printJSON(stdout, s), err)
	}
	return errors.Join(report.Terminal(stdout, s, folder), err)
}

// options resolves flags and scenario into what is to be run, and gives the time that it may take.
func (f *runFlags) options(scenario string) (harness.Options, time.Duration, error) {
	s, err := scenarios.Load(scenario)
	if err != nil {
		return harness.Options{}, 0, err
	}
	o := harness.Options{Scenario: s, Seed: f.seed, Out: f.out, Quick: f.quick}
	names, pairs, limit := s.Fixes, s.Pairs, s.Budget.Run
	if f.quick {
		names, pairs, limit = s.Quick.Fixes, s.Quick.Pairs, s.Budget.QuickRun
	}
	if len(f.fixes) > 0 {
		names = f.fixes
	}
	if f.changed("pairs") {
		pairs = f.pairs
	}
	if f.changed("budget") {
		limit = f.budget
	}
	fixErr := f.chooseFixes(&o, names)
	planErr := f.makePlans(&o, pairs)
	o.Runtime, err = runtimeNamed(f.cluster)
	f.command(&o, scenario)
	return o, limit, errors.Join(fixErr, planErr, err)
}

func (f *runFlags) chooseFixes(o *harness.Options, names []string) error {
	registry := fixes.Registry()
	var errs []error
	for i, name := range names {
		fix, err := registry.Find(name)
		if err == nil && slices.Contains(names[:i], name) {
			err = fmt.Errorf("fix %q is named twice", name)
		}
		errs = append(errs, err)
		o.Fixes = append(o.Fixes, fix)
	}
	if len(f.fixes) == 0 {
		for _, name := range o.Scenario.Fixes {
			if !slices.Contains(names, name) {
				o.NotRun = append(o.NotRun, name)
			}
		}
	}
	return errors.Join(errs...)
}

// makePlans expands the seed, or reads the file that --plan names.
func (f *runFlags) makePlans(o *harness.Options, pairs int) error {
	if f.plan == "" {
		if err := checkPairs(pairs); err != nil {
			return err
		}
		o.Plans = plan.ExpandAll(o.Scenario.Name, o.Scenario.Faults, o.Seed, pairs)
		return nil
	}
	text, err := os.ReadFile(f.plan)
	if err != nil {
		return fmt.Errorf("--plan: %w", err)
	}
	if o.Plans, err = plan.Parse(f.plan, string(text)); err != nil {
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

// command is what repeats the run: every choice spelled out, so that a change of defaults does not change it.
func (f *runFlags) command(o *harness.Options, scenario string) {
	var names []string
	for _, fix := range o.Fixes {
		names = append(names, fix.Name)
	}
	o.Command = []string{invocation(), "run", scenario, "--fix", strings.Join(names, ","),
		"--pairs", strconv.Itoa(len(o.Plans)), "--seed", strconv.FormatUint(o.Seed, 10)}
	add := func(given bool, words ...string) {
		if given {
			o.Command = append(o.Command, words...)
		}
	}
	add(f.quick, "--quick")
	add(f.plan != "", "--plan", f.plan)
	add(f.cluster != "processes", "--cluster", f.cluster)
	add(f.changed("budget"), "--budget", f.budget.String())
}
