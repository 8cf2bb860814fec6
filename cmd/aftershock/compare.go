package main

import (
	"errors"
	"io"
	"slices"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/summary"

	"github.com/spf13/cobra"
)

// errNothingShared is for two runs without a common figure.
var errNothingShared = errors.New("no pair can be judged in both runs")

func newCompare() *cobra.Command {
	var asJSON, force, profiles bool
	var top int
	cmd := &cobra.Command{
		Use: "compare RUN [RUN]", Short: "Compute verdicts and figures again from a run's files, or compare two runs arm by arm",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return exactly(1, "one run's folder, or two")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if profiles {
				if len(args) == 2 || force {
					return usage(errors.New("--profile is for the arms of one run"))
				}
				return compareProfiles(cmd.OutOrStdout(), args[0], top, asJSON)
			}
			if cmd.Flags().Changed("top") {
				return usage(errors.New("--top is for --profile"))
			}
			if len(args) == 2 {
				return compareRuns(cmd.OutOrStdout(), args[0], args[1], force, asJSON)
			}
			if force {
				return usage(errors.New("--force is for two runs"))
			}
			return compareArms(cmd.OutOrStdout(), args[0], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&force, "force", false, "compare two runs even if they differ in something that matters, "+
		"and warn")
	cmd.Flags().BoolVar(&profiles, "profile", false, "show the functions whose share of the CPU time changed, of a run with --profile")
	scope(cmd, "profile")
	intFlag(cmd.Flags(), &top, "top", defaultTop, "with --profile: how many functions to show for each window; "+
		"JSON has all")
	return cmd
}

// compareArms compares before with after in one run.
func compareArms(w io.Writer, folder string, asJSON bool) error {
	s, err := summary.Compute(folder)
	if err != nil {
		return usage(err)
	}
	if asJSON {
		return errors.Join(printJSON(w, s), summary.Undamaged(s.Damaged), judged(s))
	}
	return errors.Join(printAll(w, s, folder), summary.Undamaged(s.Damaged), judged(s))
}

// judged is the error of a run that ended without a pair that can be judged: there is nothing to compare.
func judged(s summary.Summary) error {
	if s.Run.Status != results.Complete || slices.ContainsFunc(s.Fixes, func(f summary.Fix) bool { return f.Pairs.Valid > 0 }) {
		return nil
	}
	return harness.ErrNoValidPair
}

// compareRuns compares the same arms of two runs.
func compareRuns(w io.Writer, a, b string, force, asJSON bool) error {
	v, err := summary.CompareRuns(a, b, force)
	switch {
	case errors.Is(err, summary.ErrSameRun):
		return err
	case err != nil: // they cannot be read, or differ in what matters
		return usage(err)
	case asJSON:
		err = printJSON(w, v)
	default:
		err = report.Versus(w, v)
	}
	if err == nil && !v.Judged() {
		err = errNothingShared
	}
	return err
}

func printAll(w io.Writer, s summary.Summary, folder string) error {
	if err := report.Detail(w, s); err != nil {
		return err
	}
	return report.Terminal(w, s, folder)
}
