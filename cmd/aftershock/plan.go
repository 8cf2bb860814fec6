package main

import (
	"fmt"
	"io"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"

	"github.com/spf13/cobra"
)

func newPlan() *cobra.Command {
	var seed uint64
	var pairs int
	cmd := &cobra.Command{
		Use: "plan SCENARIO", Short: "Print the expanded plans, one for each pair", Args: exactly(1, "a scenario"),
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
			plans := plan.ExpandAll(s.Name, s.Faults, faults.Rules(), seed, pairs)
			if err := checkPlanned(s, plans); err != nil {
				return usage(err)
			}
			_, err = io.WriteString(cmd.OutOrStdout(), plan.Format(plans))
			return err
		},
	}
	seedFlag(cmd.Flags(), &seed, "the seed that fixes our choices")
	intFlag(cmd.Flags(), &pairs, "pairs", 0, "how many pairs (default: the scenario's)")
	return cmd
}

// checkPlanned refuses plans of a scenario that no run would take.
func checkPlanned(s harness.Scenario, plans []plan.Plan) error {
	o, err := scenarios.Options(s, fixes.Registry(), s.Fixes, defaultSeed, 0)
	if err != nil {
		return err
	}
	o.Plans = plans
	return o.CheckScenario()
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
