package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"aftershock/harness"
	"aftershock/internal/regular"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/bisect"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/scenarios"
	"aftershock/scenarios/build"

	"github.com/spf13/cobra"
)

// The time that a bisect may take, and the probability at which it names a revision, unless the user says otherwise.
const (
	defaultBisectBudget = 2 * time.Hour
	defaultLevel        = "95%"
)

// leastMargin is the smallest margin of a scenario: that of a share is a tenth of it.
const leastMargin = 20 * bisect.LeastMargin

// bisectPage is the answer as Markdown, beside the log.
const bisectPage = "bisect.md"

// bisectFlags are the flags of aftershock bisect.
type bisectFlags struct {
	scenario, fix, figure, level, resume string
	pairs                                int
	budget                               time.Duration
	run                                  runFlags
}

func newBisect() *cobra.Command {
	f := bisectFlags{budget: defaultBisectBudget}
	cmd := &cobra.Command{
		Use:   "bisect GOOD BAD --scenario FILE",
		Short: "Find the revision that changed a figure",
		Long: `Compare revisions between GOOD and BAD with GOOD, built as the section arms of the scenario says, until
one of them has changed the figure with the probability that is asked for. Each step is a run of pairs; it moves the
probability of every revision, and the next step is where it is expected to say most. First BAD itself is compared
with GOOD, until they differ. A revision that is not built is left out, and a step that could not tell moves nothing.

Exit codes: 0 found, 3 GOOD and BAD do not differ, or the time was too short (the range that remains is printed), 130
interrupted (--resume goes on).`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.resume != "" {
				return exactly(0, "no revision with --resume: the log has them")(cmd, args)
			}
			return exactly(2, "two revisions, GOOD and BAD")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f.run.changed = cmd.Flags().Changed
			outliveReaders()
			b, err := f.open(cmd.Context(), args)
			if err != nil {
				return usage(err)
			}
			b.stdout, b.stderr = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return b.carryOut(cmd.Context())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.scenario, "scenario", "", "a scenario file with the sections target and arms")
	flags.StringVar(&f.fix, "fix", "", "the fix whose figure is followed (default: the scenario's one)")
	scope(cmd, "fix")
	flags.StringVar(&f.figure, "figure", "",
		"the figure, as METRIC:PHASE, such as p99:steady (default: the primary one)")
	intFlag(flags, &f.pairs, "pairs", 0,
		"pairs of a step (default: the scenario's, and at least those that can show a change)")
	flags.StringVar(&f.level, "level", defaultLevel, "the probability at which a revision is named")
	durationFlag(flags, &f.budget, "budget", "the longest that all of it may take, builds included")
	scope(cmd, "budget")
	flags.StringVar(&f.resume, "resume", "", "go on with the bisect in this folder")
	scope(cmd, "resume")
	flags.StringVar(&f.run.out, "out", filepath.Join("results", "runs"), "the folder that gets the run's folder")
	seedFlag(flags, &f.run.seed, "the seed of the first step; each further one has the next")
	flags.StringVar(&f.run.calibration, "calibration", calibrations, calibrationUsage)
	f.run.defineViews(flags)
	waitFlag(flags, &f.run.wait)
	return cmd
}

// bisection is a bisect under way.
type bisection struct {
	log    bisect.Log
	folder string // of the log and of the steps' runs; made by the first step
	run    runFlags
	budget time.Duration
	ends   time.Time
	stdout io.Writer
	stderr io.Writer
}

// open reads what is asked for, or the log of what is to be resumed. All its errors are the user's to mend.
func (f *bisectFlags) open(ctx context.Context, args []string) (*bisection, error) {
	b := &bisection{run: f.run, budget: f.budget}
	b.ends = time.Now().Add(f.budget)
	var err error
	if f.resume != "" {
		err = f.goOn(b)
	} else {
		err = f.begin(ctx, b, args[0], args[1])
	}
	if err != nil {
		return nil, err
	}
	o, _, err := b.options(len(b.log.Revisions) - 1)
	if err == nil {
		err = o.Check()
	}
	if err == nil {
		err = b.fits(o)
	}
	return b, err
}

// begin makes the log of a bisect that has no step yet.
func (f *bisectFlags) begin(ctx context.Context, b *bisection, good, bad string) error {
	if f.scenario == "" {
		return errors.New("--scenario is missing (aftershock bisect GOOD BAD --scenario FILE)")
	}
	s, err := scenarios.Load(f.scenario)
	if err == nil {
		s, err = scenarios.Between(s, good, bad)
	}
	if err != nil {
		return err
	}
	if s.Margin < leastMargin {
		return fmt.Errorf("scenario %q has a margin of %g%% (allowed for a bisect: %g%% or more, for what it takes to "+
			"be likely is in margins)", s.Name, 100*s.Margin, 100*leastMargin)
	}
	l := bisect.Log{
		Schema: bisect.Schema, Started: time.Now().UTC().Truncate(time.Second), Scenario: f.scenario, Fix: s.Fixes[0],
		Seed: f.run.seed, Good: good, Bad: bad, Pairs: max(s.Pairs, stat.FewestPairs(1)), Steps: []bisect.Step{},
	}
	if f.fix != "" {
		names, err := fixNames(s, []string{f.fix})
		if err != nil {
			return fmt.Errorf("--fix: %w", err)
		}
		l.Fix = names[0]
	}
	if l.Figure, err = scenarios.Figure(s, f.figure); err != nil {
		return fmt.Errorf("--figure: %w", err)
	}
	if l.Level, err = units.Share(f.level); err == nil {
		err = bisect.CheckLevel(l.Level)
	}
	if err != nil {
		return fmt.Errorf("--level %w", err)
	}
	if f.run.changed("pairs") {
		l.Pairs = f.pairs
	}
	if fewest := stat.FewestPairs(1); l.Pairs < fewest || l.Pairs > maxPairs {
		return fmt.Errorf("--pairs is %d (allowed: %d, the fewest that can show a change, to %d)", l.Pairs, fewest,
			maxPairs)
	}
	if l.ScenarioDigest, err = digestOf(f.scenario); err != nil {
		return err
	}
	row, err := build.Revisions(ctx, scenarios.Built(harness.Options{Scenario: s}).Repository, good, bad)
	if err != nil {
		return err
	}
	for _, r := range row {
		l.Revisions = append(l.Revisions, bisect.Revision{Commit: r.Commit, Subject: r.Subject})
	}
	b.log, b.folder = l, filepath.Join(f.run.out, results.NewID(l.Started, s.Name, l.Seed)+"-bisect")
	return nil
}

// goOn reads the log of a bisect that has steps.
func (f *bisectFlags) goOn(b *bisection) error {
	for _, flag := range []string{"scenario", "fix", "figure", "pairs", "level", "seed", "out"} {
		if f.run.changed(flag) {
			return fmt.Errorf("--%s cannot be given with --resume: a bisect is resumed as it was begun", flag)
		}
	}
	path := filepath.Join(f.resume, bisect.File)
	data, err := regular.Read(path)
	if err != nil {
		return fmt.Errorf("--resume: %w", err)
	}
	if b.log, err = bisect.Parse(path, data); err != nil {
		return err
	}
	b.folder = f.resume
	digest, err := digestOf(b.log.Scenario)
	if err == nil && digest != b.log.ScenarioDigest {
		err = fmt.Errorf("%s is not what it was when %s was begun: steps of two scenarios cannot be taken together",
			b.log.Scenario, f.resume)
	}
	return err
}

// digestOf is the SHA-256 of a file.
func digestOf(path string) (string, error) {
	data, err := regular.Read(path)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// carryOut makes steps until they suffice, and tells what they have found. The log is written after each.
func (b *bisection) carryOut(ctx context.Context) error {
	for {
		state := b.log.State()
		if state.Ending() != bisect.Open {
			return b.conclude(ctx, "", nil)
		}
		revision, _, ok := state.Next(b.log.Pairs)
		if !ok {
			return b.conclude(ctx, "no revision is left that could tell more", errNoAnswer)
		}
		fmt.Fprintf(b.stderr, "bisect: step %d: %s %s\n", len(b.log.Steps)+1,
			build.Short(b.log.Revisions[revision].Commit), b.log.Revisions[revision].Subject)
		step, err := b.step(ctx, revision)
		switch {
		case err != nil && len(b.log.Steps) == 0:
			return err
		case errors.Is(err, errTimeIsOver):
			return b.conclude(ctx, errTimeIsOver.Error(), errNoAnswer)
		case err != nil && context.Cause(ctx) != nil:
			return b.conclude(ctx, errInterrupted.Error(), err)
		case err != nil:
			return b.conclude(ctx, "a step failed", err)
		}
		b.log.Steps = append(b.log.Steps, step)
		if err := b.save(); err != nil {
			return err
		}
		fmt.Fprintf(b.stderr, "bisect: %s\n", report.BisectStep(b.log))
	}
}

func (b *bisection) save() error {
	if err := os.MkdirAll(b.folder, 0o755); err != nil {
		return err
	}
	return results.WriteJSON(filepath.Join(b.folder, bisect.File), b.log)
}

// conclude prints the answer, or what remains and why there is no more. Failed is the error that there then is.
func (b *bisection) conclude(ctx context.Context, why string, failed error) error {
	var text bytes.Buffer
	err := report.Bisect(&text, b.log, why)
	if _, printed := b.stdout.Write(text.Bytes()); printed != nil {
		err = errors.Join(err, printed)
	}
	if len(b.log.Steps) > 0 {
		err = errors.Join(err, writeTo(context.WithoutCancel(ctx), filepath.Join(b.folder, bisectPage), text.Bytes()))
		fmt.Fprintf(b.stderr, "bisect: %s\n", b.folder)
	}
	switch ending := b.log.State().Ending(); {
	case ending == bisect.Found:
		return err
	case failed == nil:
		failed = fmt.Errorf("%w: %s", errNoAnswer, ending)
	case errors.Is(failed, errNoAnswer):
		failed = fmt.Errorf("%w: %s; aftershock bisect --resume %s goes on", failed, why, b.folder)
	default:
		failed = fmt.Errorf("%w; aftershock bisect --resume %s goes on", failed, b.folder)
	}
	return errors.Join(failed, err)
}
