package main

import (
	"errors"
	"fmt"

	"aftershock/results/gate"
	"aftershock/results/report"
	"aftershock/results/summary"

	"github.com/spf13/cobra"
)

// The two errors of a gate that does not pass.
var (
	errGateFailed = errors.New("the gate failed")
	errNoAnswer   = errors.New("the gate has no answer")
)

func newGate() *cobra.Command {
	var policy string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "gate RUN --policy FILE", Short: "Judge a run by a policy", Args: exactly(1, "a run's folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if policy == "" {
				return usage(errors.New("--policy is missing: a file, or one of the shipped policies"))
			}
			p, err := readPolicy(policy)
			if err != nil {
				return usage(err)
			}
			s, err := summary.Compute(args[0])
			if err != nil {
				return usage(err)
			}
			decision, err := p.Judge(s)
			if err != nil {
				return usage(err)
			}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), decision)
			} else {
				err = report.Decision(cmd.OutOrStdout(), decision)
			}
			return errors.Join(err, answer(decision.Result))
		},
	}
	cmd.Flags().StringVar(&policy, "policy", "", "a policy file, or the name of a shipped policy")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// answer is the error with which a gate's result ends the program: what could not be judged never passes.
func answer(r gate.Result) error {
	switch r {
	case gate.Pass:
		return nil
	case gate.Fail:
		return errGateFailed
	case gate.Inconclusive, gate.Underpowered, gate.Invalid:
	}
	return fmt.Errorf("%w: %s", errNoAnswer, r)
}
