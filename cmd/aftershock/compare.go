package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"aftershock/harness"
	"aftershock/internal/nearest"
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
	var format, out string
	cmd := &cobra.Command{
		Use:   "compare RUN [RUN]",
		Short: "Compute verdicts and figures again from a run's files, or compare two runs arm by arm",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return exactly(1, "one run's folder, or two")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "" {
				if profiles || asJSON {
					return usage(errors.New("--format is for what is compared without --profile, and --json is a " +
						"format of its own"))
				}
				return comparePage(cmd, args, format, out, force)
			}
			if out != "" {
				return usage(errors.New("--out is for --format"))
			}
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
				return compareRuns(args[0], args[1], force, func(v summary.Versus) error {
					if asJSON {
						return printJSON(cmd.OutOrStdout(), v)
					}
					return report.Versus(cmd.OutOrStdout(), v)
				})
			}
			if force {
				return usage(errors.New("--force is for two runs"))
			}
			return compareArms(cmd.OutOrStdout(), args[0], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&format, "format", "", "html: a page instead of text, as report --format html of one run")
	cmd.Flags().StringVar(&out, "out", "", "with --format: "+outUsage)
	scope(cmd, "out")
	scope(cmd, "format")
	cmd.Flags().BoolVar(&force, "force", false, "compare two runs even if they differ in something that matters, "+
		"and warn")
	cmd.Flags().BoolVar(&profiles, "profile", false,
		"show the functions whose share of the CPU time changed, of a run with --profile")
	scope(cmd, "profile")
	intFlag(cmd.Flags(), &top, "top", defaultTop, "with --profile: how many functions to show for each window; "+
		"JSON has all")
	return cmd
}

// compareArms compares before with after in one run.
func compareArms(w io.Writer, folder string, asJSON bool) error {
	s, err := computed(folder)
	if err != nil {
		return usage(err)
	}
	if asJSON {
		return errors.Join(printJSON(w, s), summary.Undamaged(s.Damaged), judged(s))
	}
	return errors.Join(printAll(w, s, folder), summary.Undamaged(s.Damaged), judged(s))
}

// computed computes a run's summary, or reads that of a folder with figures only.
func computed(folder string) (summary.Summary, error) {
	s, err := summary.Compute(folder)
	var none *results.NoRunError
	if errors.As(err, &none) && none.Figures {
		return summary.ReadFigures(folder)
	}
	return s, err
}

// comparePage writes a run's page, or that of two runs.
func comparePage(cmd *cobra.Command, folders []string, format, out string, force bool) error {
	if format != "html" {
		return usage(fmt.Errorf("--format: %w", nearest.Unknown("format", format, []string{"html"})))
	}
	if len(folders) == 1 {
		if force {
			return usage(errors.New("--force is for two runs"))
		}
		return writeReport(cmd.Context(), folders[0], format, out, "", cmd.OutOrStdout())
	}
	return compareRuns(folders[0], folders[1], force, func(v summary.Versus) error {
		var text bytes.Buffer
		if err := report.VersusPage(&text, v); err != nil {
			return err
		}
		return writeOut(cmd.Context(), out, text.Bytes(), cmd.OutOrStdout())
	})
}

// judged is the error of a run that ended without a pair that can be judged: there is nothing to compare.
func judged(s summary.Summary) error {
	valid := func(f summary.Fix) bool { return f.Pairs.Valid > 0 }
	if s.Run.Status != results.Complete || slices.ContainsFunc(s.Fixes, valid) {
		return nil
	}
	return harness.ErrNoValidPair
}

// compareRuns compares the same arms of two runs, and shows what came out.
func compareRuns(a, b string, force bool, show func(summary.Versus) error) error {
	v, err := summary.CompareRuns(a, b, force)
	switch {
	case errors.Is(err, summary.ErrSameRun):
		return err
	case err != nil: // they cannot be read, or differ in what matters
		return usage(err)
	}
	err = show(v)
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
