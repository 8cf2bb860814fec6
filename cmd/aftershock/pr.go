package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"aftershock/harness"
	"aftershock/internal/units"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
	"aftershock/scenarios"

	"github.com/spf13/cobra"
)

// The time that a pull request may take, and the most pairs in it: an interval that is not narrow by then stays wide.
const (
	defaultPRBudget = 30 * time.Minute
	mostPRPairs     = 40
)

// prFlags are the flags of aftershock pr.
type prFlags struct {
	base, head, scenario, comment string
	budget                        time.Duration
	always                        bool
	run                           runFlags
}

func newPR() *cobra.Command {
	f := prFlags{budget: defaultPRBudget}
	cmd := &cobra.Command{
		Use:   "pr --base REV --head REV --scenario FILE",
		Short: "Compare two revisions within a time, and write a comment if they differ",
		Long: `Build two revisions as the section arms of the scenario says, and run them in turns until the interval is
as narrow as the scenario's margin or the time is over. Write one comment in Markdown if they differ.
Exit codes: 0 not worse, 99 worse, 3 could not tell.`,
		Args: exactly(0, "no argument: the revisions are given by --base and --head"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.run.changed = cmd.Flags().Changed
			outliveReaders()
			return f.compare(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.base, "base", "", "the revision that the request is made against")
	flags.StringVar(&f.head, "head", "", "the revision with the change")
	flags.StringVar(&f.scenario, "scenario", "", "a scenario file with the sections target and arms")
	durationFlag(flags, &f.budget, "budget", "the longest that all of it may take, builds included")
	scope(cmd, "budget")
	flags.BoolVar(&f.always, "always", false, "write the comment whatever came out")
	flags.StringVar(&f.comment, "comment", "", "write the comment to this file instead of standard output")
	flags.StringVar(&f.run.out, "out", runsFolder, "the folder that gets the run's folder")
	flags.StringVar(&f.run.name, "name", "", "the name of the run's folder (default: when, what, and with which seed)")
	seedFlag(flags, &f.run.seed, "the seed that fixes plans, order and arrivals")
	flags.StringVar(&f.run.calibration, "calibration", calibrations, calibrationUsage)
	f.run.defineViews(flags)
	waitFlag(flags, &f.run.wait)
	return cmd
}

// errSameProgram ends a comparison of two revisions before its first trial.
var errSameProgram = errors.New("both revisions are built to the same bytes")

func (f *prFlags) compare(ctx context.Context, stdout, stderr io.Writer) error {
	began := time.Now()
	options, err := f.options()
	if err != nil {
		return usage(err)
	}
	f.run.built = func(o *harness.Options) error {
		if scenarios.Built(*o).Same() {
			return errSameProgram
		}
		return f.fit(o, time.Since(began))
	}
	watch, err := f.run.watches(stderr, stderr)
	if err != nil {
		return usage(err)
	}
	defer watch.leave()
	folder, err := f.run.measure(ctx, options, watch, stderr)
	why := err
	switch {
	case errors.Is(err, errSameProgram):
		fmt.Fprintf(stderr, "%v: nothing is measured\n", errSameProgram)
		if err = nil; f.always {
			err = f.write(ctx, []byte(report.SameComment(options.Scenario.Name, f.base, f.head)), stdout)
		}
	case folder != "":
		err = errors.Join(err, f.conclude(ctx, folder, stdout, stderr))
	}
	return errors.Join(err, watch.end(ctx, folder, why))
}

// options are those of a run of the two revisions that adds pairs until the interval is narrow.
func (f *prFlags) options() (harness.Options, error) {
	for flag, value := range map[string]string{"base": f.base, "head": f.head, "scenario": f.scenario} {
		if value == "" {
			return harness.Options{}, fmt.Errorf(
				"--%s is missing (aftershock pr --base REV --head REV --scenario FILE)",
				flag)
		}
	}
	s, err := scenarios.Load(f.scenario)
	if err != nil {
		return harness.Options{}, err
	}
	// It is a run like any other, and can be repeated and resumed as one. All plans that there may be are in it; how
	// many fit is known once both are built.
	f.run.cluster, f.run.before, f.run.after = harness.Runtimes()[0].Name, f.base, f.head
	f.run.width, f.run.maxPairs, f.run.maxTime = fmt.Sprintf("%g%%", 100*s.Margin), mostPRPairs, f.budget
	given := f.run.changed
	f.run.changed = func(flag string) bool { return flag == "max-time" || flag != "budget" && given(flag) }
	options, limit, err := f.run.options(f.scenario)
	if err != nil {
		return options, err
	}
	return options, errors.Join(checkTime(options, limit), options.Check())
}

// fit gives the trials what the builds have left of the time. Fewer pairs than can show anything are not begun.
func (f *prFlags) fit(o *harness.Options, took time.Duration) error {
	o.Stop.MaxTime = f.budget - took
	arms, fewest := harness.Arms(o.Fixes), stat.FewestPairs(len(o.Fixes))
	if need := o.Scenario.RunTime(arms, fewest); need > o.Stop.MaxTime {
		return fmt.Errorf("%s take %s, and the builds have left %s of the %s (--budget)", units.Count(fewest, "pair"),
			units.Short(need.Round(time.Second)), units.Short(max(0, o.Stop.MaxTime).Round(time.Second)),
			units.Short(f.budget))
	}
	o.Patience = harness.PatienceFor(o.Stop.MaxTime, 0)
	return nil
}

// conclude writes the comment if there is something to say, and ends as a gate does: what could not be told is no pass.
func (f *prFlags) conclude(ctx context.Context, folder string, stdout, stderr io.Writer) error {
	s, err := summary.Compute(folder)
	if err != nil {
		return err
	}
	err = errors.Join(f.run.writeAll(folder, s), summary.Undamaged(s.Damaged))
	found := report.Found(s)
	if found.Significant() || f.always {
		var text bytes.Buffer
		err = errors.Join(err, report.Comment(&text, s, f.base, f.head))
		err = errors.Join(err, f.write(ctx, text.Bytes(), stdout))
	} else {
		fmt.Fprintf(stderr, "no comment: %s (--always writes one); %s\n", found, folder)
	}
	switch found {
	case report.Worse:
		return errors.Join(fmt.Errorf("%w: %s", errGateFailed, found), err)
	case report.Untold:
		return errors.Join(fmt.Errorf("%w: %s", errNoAnswer, found), err)
	case report.Better, report.Same:
	}
	return err
}

func (f *prFlags) write(ctx context.Context, text []byte, stdout io.Writer) error {
	if err := writeOut(ctx, f.comment, text, stdout); err != nil {
		return fmt.Errorf("--comment: %w", err)
	}
	return nil
}
