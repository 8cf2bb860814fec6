package main

import (
	"io"

	"aftershock/results/report"
	"aftershock/results/summary"

	"github.com/spf13/cobra"
)

func newCompare() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "compare RUN", Short: "Compute verdicts and figures again from a run's files", Args: exactly(1, "a run's folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := summary.Compute(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), s)
			}
			return printAll(cmd.OutOrStdout(), s, args[0])
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printAll(w io.Writer, s summary.Summary, folder string) error {
	if err := report.Detail(w, s); err != nil {
		return err
	}
	return report.Terminal(w, s, folder)
}
