package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"aftershock/harness"
	"aftershock/internal/regular"
	"aftershock/results/report/trends"
	"aftershock/results/summary"
	"aftershock/results/trend"
	"aftershock/results/trend/history"
	"aftershock/scenarios/nightly"

	"github.com/spf13/cobra"
)

// stepSummary names the file that GitHub shows as a job's summary.
const stepSummary = "GITHUB_STEP_SUMMARY"

// nightlyFlags are the flags of aftershock nightly.
type nightlyFlags struct {
	config, history, summary, junit string
	json                            bool
	run                             runFlags
}

func newNightly() *cobra.Command {
	var f nightlyFlags
	cmd := &cobra.Command{
		Use: "nightly --config FILE", Short: "Measure a night, add it to a history, and raise what became slower",
		Long: `Measure a night, add it to a history, and raise what became slower: every scenario of the file is run
once, and what shows a change a second time under another seed.

Exit codes: 0 quiet, 99 an alarm is new, 3 something could not be told, 130 interrupted (nothing is added then).`,
		Args: exactly(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			outliveReaders()
			return f.night(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "nightly.yaml", "the job's file")
	flags.StringVar(&f.history, "history", "", "the folder that gets the night (default: the file's)")
	flags.StringVar(&f.summary, "summary", "",
		"write Markdown to this file (default: it is added to $"+stepSummary+", if set)")
	flags.StringVar(&f.junit, "junit", "", "write JUnit XML to this file")
	flags.StringVar(&f.run.out, "out", runsFolder, "the folder that gets the run's folder")
	flags.StringVar(&f.run.calibration, "calibration", calibrations, calibrationUsage)
	waitFlag(flags, &f.run.wait)
	flags.BoolVar(&f.json, "json", false, "print what the history says as JSON")
	return cmd
}

func (f *nightlyFlags) night(ctx context.Context, stdout, stderr io.Writer) error {
	source, err := regular.Read(f.config)
	if err != nil {
		return usage(fmt.Errorf("--config: %w", err))
	}
	c, err := nightly.Read(f.config, source)
	if err != nil {
		return usage(err)
	}
	if f.history != "" {
		c.History = f.history
	}
	runner := nightRunner{f.run, stderr}
	for _, w := range c.Watch {
		err = errors.Join(err, runner.check(w, c))
	}
	if err != nil {
		return usage(err)
	}
	n, err := c.Night(ctx, runner, harness.Environment(), time.Now, func(line string) { fmt.Fprintln(stderr, line) })
	if err != nil {
		return err
	}
	file, err := history.Add(c.History, n)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "night: %s\n", file)
	return f.tell(ctx, c.History, n, stdout, stderr)
}

// tell shows the history with its new night, and gives the error that it ends with.
func (f *nightlyFlags) tell(ctx context.Context, dir string, n trend.Night, stdout, stderr io.Writer) error {
	in, err := readTrend(dir)
	if err != nil {
		return err
	}
	for _, problem := range in.Problems {
		fmt.Fprintln(stderr, problem)
	}
	show := trends.Terminal
	if f.json {
		show = func(w io.Writer, in trends.Input) error { return printJSON(w, in.Trend) }
	}
	err = errors.Join(show(stdout, in), f.writeSummary(ctx, in))
	if f.junit != "" {
		var text bytes.Buffer
		err = errors.Join(err, trends.JUnit(&text, in, n), writeTo(ctx, f.junit, text.Bytes()))
	}
	return errors.Join(err, nightError(in.Trend))
}

// writeSummary writes the night as Markdown. A step of a job adds to its summary: other steps have theirs.
func (f *nightlyFlags) writeSummary(ctx context.Context, in trends.Input) error {
	var text bytes.Buffer
	if err := trends.Night(&text, in); err != nil {
		return err
	}
	path := os.Getenv(stepSummary)
	switch {
	case f.summary != "":
		return writeTo(ctx, f.summary, text.Bytes())
	case path == "":
		return nil
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return fmt.Errorf("$%s: %w", stepSummary, err)
	}
	_, err = file.Write(text.Bytes())
	return errors.Join(err, file.Close())
}

// nightError is that of a night that is not quiet: a new alarm fails, and what could not be told is no pass.
func nightError(t trend.Trend) error {
	for _, a := range t.Alarms {
		if a.State == trend.New {
			return fmt.Errorf("%w: alarm %s is new", errGateFailed, a.ID)
		}
	}
	for _, a := range t.Answers {
		switch a.Outcome {
		case trend.Invalid, trend.Underpowered, trend.Unconfirmed:
			return fmt.Errorf("%w: %s: %s", errNoAnswer, a.Key.Fix, a.Why)
		case trend.Quiet, trend.Regressed, trend.Improved, trend.Dismissed, trend.Small:
		}
	}
	if len(t.Missed) > 0 {
		return fmt.Errorf("%w: %s was not measured", errNoAnswer, t.Missed[0].Scenario)
	}
	return nil
}

// nightRunner runs scenarios as aftershock run does.
type nightRunner struct {
	flags  runFlags
	stderr io.Writer
}

// of are the flags of a run.
func (r nightRunner) of(request nightly.Request) *runFlags {
	f := r.flags
	f.fixes, f.pairs, f.seed, f.load, f.budget = request.Fixes, request.Pairs, request.Seed, request.Load, request.Limit
	f.cluster, f.progress = "processes", progressAuto
	f.changed = func(flag string) bool { return flag == "pairs" || flag == "budget" }
	return &f
}

// check refuses what no night could run, before anything is started.
func (r nightRunner) check(w nightly.Watch, c nightly.Config) error {
	f := r.of(nightly.Request{Watch: w, Seed: c.Seed, Limit: c.Budget})
	o, limit, err := f.options(w.Scenario)
	switch {
	case err != nil:
		return fmt.Errorf("%s: scenario %s: %w", f.fileOf(c), w.Scenario, err)
	case o.Scenario.Load != nil && w.Load == 0:
		return fmt.Errorf("%s: scenario %s leaves its load to the run: pin it with load, so that nights can be "+
			"compared (a run prints what it measured: aftershock run %s)", f.fileOf(c), w.Scenario, w.Scenario)
	}
	if err := errors.Join(o.Check(), checkTime(o, limit)); err != nil {
		return fmt.Errorf("%s: scenario %s: %w", f.fileOf(c), w.Scenario, err)
	}
	return nil
}

// fileOf names the job in errors that are about its scenarios.
func (f *runFlags) fileOf(c nightly.Config) string { return "nightly job " + c.Name }

// Fits implements nightly.Runner.
func (r nightRunner) Fits(request nightly.Request) error {
	o, limit, err := r.of(request).options(request.Scenario)
	if err == nil {
		err = checkTime(o, limit)
	}
	return err
}

// Run implements nightly.Runner. A run without a valid pair has a summary all the same, which says why.
func (r nightRunner) Run(ctx context.Context, request nightly.Request) (summary.Summary, error) {
	f := r.of(request)
	o, _, err := f.options(request.Scenario)
	if err != nil {
		return summary.Summary{}, err
	}
	watch, err := f.watches(r.stderr, r.stderr)
	if err != nil {
		return summary.Summary{}, err
	}
	defer watch.leave()
	folder, err := f.measure(ctx, o, watch, r.stderr)
	if folder == "" {
		return summary.Summary{}, err
	}
	if err != nil {
		fmt.Fprintln(r.stderr, err)
	}
	s, err := summary.Compute(folder)
	if err != nil {
		return s, err
	}
	return s, f.writeAll(folder, s)
}
