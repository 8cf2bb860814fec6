package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"aftershock/chaos/faults"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"

	"github.com/spf13/cobra"
)

// listed is one line of aftershock list.
type listed struct {
	Name     string `json:"name"`
	Says     string `json:"says"`
	Claim    string `json:"claim,omitempty"`  // the sentence that a fix finds true or false
	Family   string `json:"family,omitempty"` // shared by fixes that repair one defect in different ways
	Scenario string `json:"scenario,omitempty"`
	// Price is the figure that a repair may make worse, or "none"; PriceSays is what it pays for, or why there is none.
	// Both are empty for an instrument.
	Price      string `json:"price,omitempty"`
	PriceSays  string `json:"price_says,omitempty"`
	Instrument bool   `json:"instrument,omitempty"`
	// Unavailable says what a fault would need that no runtime has.
	Unavailable string `json:"unavailable,omitempty"`
}

// listing is aftershock list --json.
type listing struct {
	Scenarios []listed `json:"scenarios"`
	Fixes     []listed `json:"fixes"`
	Faults    []listed `json:"faults"`
}

func newList() *cobra.Command {
	var asJSON, allFaults bool
	cmd := &cobra.Command{
		Use:   "list [SCENARIO|FILE]",
		Short: "List scenarios, fixes and faults, or one scenario with its faults, fixes and time",
		Args:  atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) > 0 && allFaults:
				return usage(errors.New("--faults lists all faults: give it without a scenario"))
			case len(args) > 0:
				return listScenario(cmd.OutOrStdout(), args[0], asJSON)
			}
			if allFaults && asJSON {
				return printJSON(cmd.OutOrStdout(), faultDetails())
			}
			if allFaults {
				return printFaults(cmd.OutOrStdout(), faultDetails())
			}
			all, err := everything()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), all)
			}
			return all.print(cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&allFaults, "faults", false, "list the faults with their parameters, ranges and defaults")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func everything() (listing, error) {
	var l listing
	all, err := scenarios.All()
	if err != nil {
		return l, err
	}
	for _, s := range all {
		l.Scenarios = append(l.Scenarios, listed{Name: s.Name, Says: s.Asks})
	}
	for _, f := range fixes.Registry().Fixes {
		line := listed{
			Name: f.Name, Says: f.Summary, Claim: f.Claim, Family: f.Family, Scenario: f.Scenario,
			Instrument: f.Instrument,
		}
		if f.Price.Stated() {
			line.Price, line.PriceSays = f.Price.String(), f.Price.Says
		}
		l.Fixes = append(l.Fixes, line)
	}
	for _, f := range faults.All() {
		l.Faults = append(l.Faults, listed{Name: f.Name, Says: f.Summary, Unavailable: f.Unavailable})
	}
	return l, nil
}

func (l listing) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, section := range []struct {
		title string
		lines []listed
	}{{"SCENARIO", l.Scenarios}, {"FIX", l.Fixes}, {"FAULT", l.Faults}} {
		if _, err := fmt.Fprintf(t, "%s\t\n", section.title); err != nil {
			return err
		}
		for _, line := range section.lines {
			says := line.Says
			if line.Unavailable != "" {
				says = "(unavailable) " + says
			}
			if _, err := fmt.Fprintf(t, "  %s\t%s\n", line.Name, says); err != nil {
				return err
			}
			if line.Claim == "" {
				continue
			}
			if _, err := fmt.Fprintf(t, "  \tclaim: %s\n  \tprice: %s: %s\n", line.Claim, line.Price,
				line.PriceSays); err != nil {
				return err
			}
		}
	}
	return t.Flush()
}

func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
