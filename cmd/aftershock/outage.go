package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/summary"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"

	"github.com/spf13/cobra"
)

// outageFlags are the flags of aftershock outage.
type outageFlags struct {
	trials   int
	seed     uint64
	load     int
	cluster  string
	external externalFlags
	out      string
	wait     time.Duration
	json     bool
}

const (
	defaultTrials = 3
	mostTrials    = 100
)

func newOutage() *cobra.Command {
	var f outageFlags
	cmd := &cobra.Command{
		Use: "outage SCENARIO|FILE|RUN", Short: "Measure for how long clients cannot write under a scenario's faults",
		Long: `Measure for how long clients cannot write under a scenario's faults: a few trials of its
cluster and its plans, with its service before any repair, and no comparison. The first fix of the scenario says which
service that is.

A small write is sent every 50 ms through each member, and through each client of the scenario, while a fault is at
work. With the folder of such a run the numbers are computed again from its files.`,
		Args: exactly(1, "a scenario, or the folder of a run of outages"),
		RunE: func(cmd *cobra.Command, args []string) error {
			outliveReaders()
			stdout, stderr := cmd.OutOrStdout(), cmd.ErrOrStderr()
			if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
				names := append([]string{"trials", "seed", "load", "cluster", "out", "wait"}, externalNames...)
				for _, name := range names {
					if cmd.Flags().Changed(name) {
						return usage(fmt.Errorf("--%s is for a scenario, and %s is a folder", name, args[0]))
					}
				}
				return f.show(stdout, args[0])
			}
			if f.cluster == results.External {
				err := f.external.resolveNames(cmd.Context(), net.DefaultResolver.LookupNetIP, stderr)
				if err != nil {
					return usage(err)
				}
			}
			options, err := f.options(args[0], cmd.Flags().Changed)
			if err == nil {
				err = survey(cmd.Context(), options)
			}
			if err != nil {
				return usage(err)
			}
			return f.run(cmd.Context(), options, stdout, stderr)
		},
	}
	flags := cmd.Flags()
	intFlag(flags, &f.trials, "trials", defaultTrials, "how many trials, each under a plan of its own")
	seedFlag(flags, &f.seed, "the seed that fixes plans and arrivals")
	intFlag(flags, &f.load, "load", 0, "what the scenario's load is set to (default: the least that it allows)")
	scope(cmd, "load")
	flags.StringVar(&f.cluster, "cluster", "processes", clusterUsage)
	f.external.define(flags)
	flags.StringVar(&f.out, "out", filepath.Join("results", "outages"), "the folder that gets the run's folder")
	scope(cmd, "out")
	waitFlag(flags, &f.wait)
	flags.BoolVar(&f.json, "json", false, "print what was measured as JSON")
	return cmd
}

// options are those of a run of outages alone.
func (f *outageFlags) options(scenario string, changed func(string) bool) (harness.Options, error) {
	if f.trials < 1 || f.trials > mostTrials {
		return harness.Options{}, fmt.Errorf("--trials is %d (allowed: 1 to %d)", f.trials, mostTrials)
	}
	runtime, err := f.external.on(f.cluster, changed)
	if err != nil {
		return harness.Options{}, err
	}
	s, err := scenarios.Load(scenario)
	if err == nil {
		s, err = runtime.Narrow(s)
	}
	if err != nil {
		return harness.Options{}, err
	}
	o, err := scenarios.Options(s, fixes.Registry(), s.Fixes[:1], f.seed, f.trials)
	if err != nil {
		return o, err
	}
	o.Load, o.Out, o.Runtime = f.load, f.out, runtime
	if o, err = o.Outage(); err != nil {
		return o, err
	}
	o.Command = results.Invocation{invocation(), "outage", scenario, "--trials", strconv.Itoa(f.trials)}.Seed(f.seed).
		If(f.load > 0, "--load", strconv.Itoa(f.load)).
		If(f.cluster != "processes", "--cluster", f.cluster).
		If(f.cluster == results.External, f.external.words()...)
	return o, o.Check()
}

// run measures the outages, and prints them from the files.
func (f *outageFlags) run(ctx context.Context, o harness.Options, stdout, stderr io.Writer) error {
	run := runFlags{calibration: calibrations, wait: f.wait}
	around := stdout
	if f.json {
		around = stderr
	}
	lines := newProgress(progressAuto, around, stderr)
	watch := &watch{lines: lines, stream: live.NewStream(live.Words{Load: report.Load}, lines.looks(), lines)}
	defer watch.leave()
	folder, err := run.measure(ctx, o, watch, stderr)
	if folder == "" {
		return err
	}
	if errors.Is(err, harness.ErrNoValidPair) { // which is about what is compared
		err = nil
	}
	return errors.Join(err, f.show(stdout, folder))
}

// show prints a run of outages alone.
func (f *outageFlags) show(w io.Writer, folder string) error {
	u, err := summary.Outages(folder)
	if err != nil {
		return usage(err)
	}
	if f.json {
		err = printJSON(w, u)
	} else {
		err = report.Unarmed(w, u, folder)
	}
	err = errors.Join(err, summary.Undamaged(u.Damaged))
	if err == nil && len(u.Outages) == 0 {
		err = harness.ErrNoValidPair
	}
	return err
}
