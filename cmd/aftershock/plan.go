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
	var members string
	var search detectFlags
	cmd := &cobra.Command{
		Use: "plan SCENARIO", Short: "Print the expanded plans, or how many pairs find a change of a size",
		Args: exactly(1, "a scenario"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := search.check(cmd.Flags().Changed); err != nil {
				return usage(err)
			}
			if search.change != "" {
				return search.run(cmd.Context(), cmd, args[0], seed)
			}
			s, err := scenarios.Load(args[0])
			if err != nil {
				return usage(err)
			}
			runtime, err := runtimeNamed(members)
			if err == nil {
				s, err = runtime.Narrow(s)
			}
			if err != nil {
				return usage(err)
			}
			warnOutdated(cmd.ErrOrStderr(), s)
			announceMix(cmd.ErrOrStderr(), s)
			if !cmd.Flags().Changed("pairs") {
				pairs = s.Pairs
			}
			if err := checkPairs(pairs); err != nil {
				return err
			}
			plans := plan.ExpandAll(s.Name, s.Faults, faults.Rules(), seed, pairs)
			o, err := planned(s, runtime, plans)
			if err != nil {
				return usage(err)
			}
			announceSpace(cmd.ErrOrStderr(), o)
			_, err = io.WriteString(cmd.OutOrStdout(), plan.Format(plans))
			return err
		},
	}
	seedFlag(cmd.Flags(), &seed, "the seed that fixes our choices")
	intFlag(cmd.Flags(), &pairs, "pairs", 0, "how many pairs (default: the scenario's)")
	cmd.Flags().StringVar(&members, "cluster", "processes", clusterUsage)
	search.define(cmd.Flags())
	scope(cmd, "budget")
	return cmd
}

// planned are the options of a run of these plans. It refuses plans of a scenario that no run would take.
func planned(s harness.Scenario, r harness.Runtime, plans []plan.Plan) (harness.Options, error) {
	o, err := scenarios.Options(s, fixes.Registry(), s.Fixes, defaultSeed, 0)
	if err != nil {
		return o, err
	}
	o.Plans, o.Out, o.Runtime = plans, runsFolder, r
	if r.External != nil {
		o.Runtime = r.Allowing()
	}
	return o, o.CheckScenario()
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
