package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"aftershock/harness"
	"aftershock/internal/units"
	"aftershock/results/report"
	"aftershock/results/summary"
	"aftershock/scenarios"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// detectFlags are the flags of plan --detect.
type detectFlags struct {
	change string
	pilot  string
	time   time.Duration
	budget time.Duration
}

// The pilot of plan --detect: the fewest pairs that tell a spread at all, the most that are worth their time, and how
// long it may take.
const (
	fewestOfPilot = 3
	mostOfPilot   = 10
	pilotCap      = 5 * time.Minute
)

// detectNames are the flags that go with --detect only.
var detectNames = []string{"pilot", "pilot-time", "budget"}

func (f *detectFlags) define(flags *pflag.FlagSet) {
	flags.StringVar(&f.change, "detect", "", "instead of plans: how many pairs and minutes it takes to find a change "+
		"for the better of this size, such as 10%, in each fix's primary figure")
	flags.StringVar(&f.pilot, "pilot", "", "with --detect: the folder of a run of this scenario that tells how its "+
		"pairs spread (default: a pilot is run)")
	f.time = pilotCap
	durationFlag(flags, &f.time, "pilot-time", "with --detect: the longest that the pilot may take")
	durationFlag(flags, &f.budget, "budget", "with --detect: the longest that the run may take (default: the "+
		"scenario's)")
}

// check refuses flags that do not go together.
func (f *detectFlags) check(changed func(string) bool) error {
	if f.change != "" {
		if changed("pairs") {
			return errors.New("--pairs says how many plans to print, and --detect finds out how many pairs to run: " +
				"give one of them")
		}
		return nil
	}
	for _, name := range detectNames {
		if changed(name) {
			return fmt.Errorf("--%s is for --detect, and there is none", name)
		}
	}
	return nil
}

// run answers how many pairs find a change.
func (f *detectFlags) run(ctx context.Context, cmd *cobra.Command, scenario string, seed uint64) error {
	stdout, stderr := cmd.OutOrStdout(), cmd.ErrOrStderr()
	s, err := scenarios.Load(scenario)
	if err != nil {
		return usage(err)
	}
	share, err := units.Share(f.change)
	switch {
	case err != nil:
		return usage(fmt.Errorf("--detect: %w", err))
	case share < s.Margin || share >= 1:
		return usage(fmt.Errorf("--detect is %s (allowed: from the scenario's margin of %.3g%%, below which a change "+
			"is no difference, to below 100%%)", f.change, 100*s.Margin))
	case cmd.Flags().Changed("pilot") && cmd.Flags().Changed("pilot-time"):
		return usage(errors.New("--pilot-time is for a pilot that is still to be run, and --pilot names one"))
	}
	if !cmd.Flags().Changed("budget") {
		f.budget = s.Budget.Run
	}
	folder := f.pilot
	if folder == "" {
		if folder, err = f.measure(ctx, s, scenario, seed, stderr); err != nil {
			return err
		}
	}
	sum, err := summary.Compute(folder)
	if err != nil {
		return usage(err)
	}
	if sum.Run.Name != s.Name {
		return usage(fmt.Errorf("--pilot: %s is a run of scenario %q, and not of %q", folder, sum.Run.Name, s.Name))
	}
	return errors.Join(f.print(stdout, s, sum, share), summary.Undamaged(sum.Damaged))
}

// measure runs the pilot: as many pairs of the scenario's fixes as there is time for.
func (f *detectFlags) measure(
	ctx context.Context, s harness.Scenario, scenario string, seed uint64, stderr io.Writer,
) (folder string, err error) {
	fixes, err := fixesNamed(s, s.Fixes)
	if err != nil {
		return "", usage(err)
	}
	s.Budget.Reserve = 0
	before, block := s.PilotTime(fixes), s.RunTime(harness.Arms(fixes), 1)
	pairs := min(mostOfPilot, int((f.time-before)/block))
	if pairs < fewestOfPilot {
		need := before + fewestOfPilot*block
		return "", usage(fmt.Errorf("--pilot-time is %s, and the fewest pairs that show a spread, %d, take %s",
			units.Short(f.time), fewestOfPilot, units.Short((need + time.Second - 1).Truncate(time.Second))))
	}
	run := runFlags{
		pairs: pairs, seed: seed, out: pilotsFolder, cluster: harness.Runtimes()[0].Name, calibration: calibrations,
		wait: defaultWait, progress: progressAuto,
		changed: func(name string) bool { return name == "pairs" || name == "out" },
	}
	o, _, err := run.options(scenario)
	if err == nil {
		o.Scenario.Budget.Reserve, o.Patience = 0, nil // the time that was said holds
		err = o.Check()
	}
	if err != nil {
		return "", usage(err)
	}
	fmt.Fprintf(stderr, "pilot: %s, about %s and at most %s; its folder stays below %s\n", units.Count(pairs, "pair"),
		units.Short((before + time.Duration(pairs)*block).Round(time.Second)), units.Short(f.time), pilotsFolder)
	watch, err := run.watches(io.Discard, stderr)
	if err != nil {
		return "", err
	}
	defer watch.leave()
	folder, err = run.measure(ctx, o, watch, stderr)
	if errors.Is(err, harness.ErrNoValidPair) { // which the answer says of each fix
		err = nil
	}
	return folder, err
}

// pilotsFolder is where the pilots of plan --detect go.
var pilotsFolder = filepath.Join("results", "pilots")

// print prints the answer, fix by fix.
func (f *detectFlags) print(w io.Writer, s harness.Scenario, pilot summary.Summary, share float64) error {
	var names []string
	for _, fix := range pilot.Fixes {
		names = append(names, fix.Name)
	}
	fixes, err := fixesNamed(s, names)
	if err != nil {
		return usage(err)
	}
	arms, before := harness.Arms(fixes), s.PilotTime(fixes)
	return report.Searches(w, report.Search{
		All: pilot.Searches(share), Run: pilot.Run, Noise: pilot.Noise, Budget: f.budget,
		Most:  int((f.budget-before)/max(1, s.RunTime(arms, 1))) - s.Budget.Reserve,
		Takes: func(pairs int) time.Duration { return before + s.WithReserve(arms, pairs) },
	})
}
