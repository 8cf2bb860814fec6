package main

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/summary"
)

// figure is one figure of a run.
type figure struct{ scenario, name, value string }

// figures are what a run says of the etcd that it ran on: what its fixes cost before they repair anything, and what its
// faults did. A figure that no trial gave is not among them.
func figures(s summary.Summary) (all []figure) {
	add := func(name, value string) { all = append(all, figure{s.Run.Name, name, value}) }
	for _, f := range s.Fixes {
		for _, row := range f.Rows {
			calm := f.Against != "" && (row.Name == "p50" || row.Name == "p99") && row.Phase == f.Primary.Phase
			if calm && len(row.Before.Values) > 0 {
				add(row.Name+" ("+f.Against+")", median(row.Before, row.Unit))
			}
		}
		side, whose := f.Primary.Before, ", before "+f.Name
		if f.Against != "" {
			side, whose = f.Primary.After, ""
		}
		if len(side.Values) > 0 {
			add(f.Primary.String()+whose, median(side, f.Primary.Unit))
		}
	}
	for _, o := range s.Outages {
		if len(o.Shared) > 0 {
			continue
		}
		if elected := o.All.LeaderElected; elected.N > 0 {
			add(o.Fault+": new leader after", spread(elected))
		}
		if worst := worstLink(o.All.Links); worst.Median > 0 {
			add(o.Fault+": out of service", spread(worst))
		}
	}
	return all
}

// median is a side's median, with the least and the most of its trials. A value that is a bound has no most.
func median(side summary.Side, unit string) string {
	text, most := units.Format(side.Median, unit), units.Format(slices.Max(side.Values), unit)
	if side.AtLeast {
		text = "at least " + text
	}
	if slices.Contains(side.Bounds, true) {
		most = "more"
	}
	return fmt.Sprintf("%s [%s, %s]", text, units.Format(slices.Min(side.Values), unit), most)
}

// spread is the same of times that faults took.
func spread(s summary.Spread) string {
	return fmt.Sprintf("%s [%s, %s]", units.Latency(s.Median), units.Latency(s.Min), units.Latency(s.Max))
}

// worstLink is the outage of the client that was out of service for longest.
func worstLink(links []summary.LinkSpread) (worst summary.Spread) {
	for _, l := range links {
		if l.Outage.Median > worst.Median {
			worst = l.Outage
		}
	}
	return worst
}

// table is the Markdown of runs: a column an etcd, a row a figure, each in the order in which it comes first.
func table(runs []summary.Summary) string {
	var columns []string
	var rows []figure
	cells := map[figure]map[string]string{}
	for _, s := range runs {
		etcd := s.Run.Environment.Etcd
		if !slices.Contains(columns, etcd) {
			columns = append(columns, etcd)
		}
		for _, f := range figures(s) {
			row := figure{scenario: f.scenario, name: f.name}
			if cells[row] == nil {
				cells[row] = map[string]string{}
				rows = append(rows, row)
			}
			cells[row][etcd] = f.value
		}
	}
	var text strings.Builder
	line := func(words ...string) { fmt.Fprintf(&text, "| %s |\n", strings.Join(words, " | ")) }
	line(append([]string{"scenario", "figure"}, columns...)...)
	text.WriteString(strings.Repeat("|---", len(columns)+2) + "|\n")
	for _, row := range rows {
		words := []string{row.scenario, row.name}
		for _, etcd := range columns {
			value := cells[row][etcd]
			if value == "" {
				value = "-"
			}
			words = append(words, value)
		}
		line(words...)
	}
	text.WriteString("\nMedians over the trials of each run, with the least and the most of them. Of six trials or\n" +
		"more the two hold the true median with 96.9 % or more: all of six lie on one side of it once in 32 times.\n\n")
	for _, s := range runs {
		e := s.Run.Environment
		fmt.Fprintf(&text, "- `%s`, on %s of %s, Linux %s, %s, of which others used %.0f %%\n", s.Run.Command,
			e.Processors(), e.CPU, e.Kernel, s.Run.Status, 100*s.Noise.Others())
	}
	return text.String()
}
