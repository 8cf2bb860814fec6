package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/regular"
	"aftershock/internal/units"
	"aftershock/results/gate"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"

	"github.com/spf13/cobra"
)

func newCheck() *cobra.Command {
	return &cobra.Command{
		Use: "check FILE", Short: "Check a scenario, a policy or a plan without running it", Args: exactly(1, "a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			source, err := regular.Read(args[0])
			if err != nil {
				return usage(err)
			}
			says, err := checkFile(args[0], source)
			if err != nil {
				return usage(err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", args[0], says)
			return err
		},
	}
}

// checkFile recognizes the kind of a file by its content: plans have a first line of their own, and only a policy has
// rules.
func checkFile(name string, source []byte) (says string, err error) {
	switch text := string(source); {
	case strings.HasPrefix(strings.TrimPrefix(text, "\ufeff"), plan.Title):
		return checkPlans(name, text)
	case hasLine(text, "rule"): // no field of a scenario begins like that; a misspelt one is a policy's all the same
		p, err := gate.Parse(name, source)
		return fmt.Sprintf("a sound policy, %q", p.Name), err
	default:
		return checkScenario(name, source)
	}
}

func hasLine(text, start string) bool {
	return strings.HasPrefix(text, start) || strings.Contains(text, "\n"+start)
}

// checkScenario makes the checks of a run before it starts anything, with the scenario's own fixes, pairs and budget.
func checkScenario(name string, source []byte) (string, error) {
	s, err := scenarios.Read(name, source)
	if err != nil {
		return "", err
	}
	plans := plan.ExpandAll(s.Name, s.Faults, faults.Rules(), defaultSeed, s.Pairs)
	if _, err := planned(s, harness.Runtimes()[0], plans); err != nil {
		return "", err
	}
	took, err := timeOf(s, s.Fixes, s.Pairs)
	if err != nil {
		return "", err
	}
	err = errors.Join(checkBudget(s, s.Fixes, s.Pairs, s.Budget.Run),
		checkBudget(s, s.Quick.Fixes, s.Quick.Pairs, s.Budget.QuickRun))
	return fmt.Sprintf("a sound scenario, %q: %s of %s, about %s", s.Name, units.Count(s.Pairs, "pair"),
		strings.Join(s.Fixes, ", "), took), err
}

// checkBudget checks the fixes that a run takes, and whether their trials fit into its time.
func checkBudget(s harness.Scenario, names []string, pairs int, limit time.Duration) error {
	fixes, err := fixesNamed(s, names)
	if err != nil {
		return err
	}
	return s.CheckBudget(harness.Arms(fixes), pairs, s.PilotTime(fixes), limit)
}

// checkPlans checks a plan against its shipped scenario, if it has one: only the scenario knows the members.
func checkPlans(name, text string) (string, error) {
	plans, err := plan.Parse(name, text, faults.Rules())
	if err != nil {
		return "", err
	}
	says := fmt.Sprintf("a sound plan for scenario %q, %s", plans[0].Scenario, units.Count(len(plans), "pair"))
	if !slices.Contains(scenarios.Names(), plans[0].Scenario) {
		return says + ", which is not a shipped one: its members and phases were not checked", nil
	}
	s, err := scenarios.Load(plans[0].Scenario)
	if err != nil {
		return "", err
	}
	_, err = planned(s, harness.Runtimes()[0], plans)
	return says, err
}

// fixesNamed finds fixes of a scenario by their names.
func fixesNamed(s harness.Scenario, names []string) ([]harness.Fix, error) {
	o, err := scenarios.Options(s, fixes.Registry(), names, defaultSeed, 0)
	return o.Fixes, err
}

// timeOf is how long a run takes, with pilots and without retries.
func timeOf(s harness.Scenario, names []string, pairs int) (string, error) {
	fixes, err := fixesNamed(s, names)
	if err != nil {
		return "", err
	}
	if len(fixes) == 0 {
		return "", errors.New("no fix")
	}
	return units.Short((s.PilotTime(fixes) + s.RunTime(harness.Arms(fixes), pairs)).Round(1e9)), nil
}
