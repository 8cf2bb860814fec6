package main

import (
	"fmt"

	"aftershock/harness"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print version, commit and what it was built with", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := harness.Environment()
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "aftershock %s\ncommit %s\n%s\netcd %s\n", e.Aftershock, e.Commit, e.Go, e.Etcd)
			return err
		},
	}
}
