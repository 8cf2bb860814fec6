package main

import (
	"fmt"

	"aftershock/harness/live/web"

	"github.com/spf13/cobra"
)

func newHealth() *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use: "health", Short: "Ask a run that --serve shows whether it answers: a container's health check",
		Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := web.CheckAddress(address); err != nil {
				return usage(err)
			}
			if err := web.Health(cmd.Context(), address); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "ok")
			return err
		},
	}
	cmd.Flags().StringVar(&address, "serve", web.Usual, "where the run is shown")
	return cmd
}
