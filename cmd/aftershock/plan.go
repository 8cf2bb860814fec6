package main

import (
	"fmt"
	"io"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/scenarios"

	"github.com/spf13/cobra"
)

func newPlan() *cobra.Command {
	var seed uint64
	var pairs int
	cmd := &cobra.Command{
		Use: "plan SCENARIO", Short: "Print the expanded plan, one a pair", Args: exactly(1, "a scenario"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := scenarios.Load(args[0])
			if err != nil {
				return usage(err)
			}
			warnOutdated(cmd.ErrOrStderr(), s)
			if !cmd.Flags().Changed("pairs") {
				pairs = s.Pairs
			}
			if err := checkPairs(pairs); err != nil {
				return err
			}
			_, err = io.WriteString(cmd.OutOrStdout(), plan.Format(plan.ExpandAll(s.Name, s.Faults, chaos.Rules(), seed, pairs)))
			return err
		},
	}
	seedFlag(cmd.Flags(), &seed, "the seed that fixes our choices")
	intFlag(cmd.Flags(), &pairs, "pairs", 0, "how many pairs (default: the scenario's)")
	return cmd
}

const (
	defaultSeed = 1
	maxPairs    = 1000
)

func checkPairs(pairs int) error {
	if pairs < 1 || pairs > maxPairs {
		return usage(fmt.Errorf("--pairs is %d (allowed: 1 to %d)", pairs, maxPairs))
	}
	return nil
}
