package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"aftershock/harness"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"
)

// scenarioDetail is aftershock list SCENARIO --json.
type scenarioDetail struct {
	Name    string        `json:"name"`
	Asks    string        `json:"asks"`
	Answer  string        `json:"answer,omitempty"` // the figure that answers it, where no fix does
	Members int           `json:"members"`
	Streams []string      `json:"streams"`
	Faults  []string      `json:"faults"`
	Fixes   []listed      `json:"fixes"` // that matter here; the first are those that run when none is named
	Runs    []string      `json:"runs"`
	Pairs   int           `json:"pairs"`
	Takes   string        `json:"takes"` // pilots included, and without what is run again
	Quick   scenarioQuick `json:"quick"`
	Trial   string        `json:"trial"`
	Load    string        `json:"load,omitempty"` // the setting that a run measures, with its bounds
}

type scenarioQuick struct {
	Runs  []string `json:"runs"`
	Pairs int      `json:"pairs"`
	Takes string   `json:"takes"`
}

func detailOf(s harness.Scenario) (d scenarioDetail, err error) {
	d = scenarioDetail{
		Name: s.Name, Asks: s.Asks, Members: s.Cluster.Members, Faults: faultsOf(s), Runs: s.Fixes, Pairs: s.Pairs,
		Trial: units.Short(s.TrialTime()), Quick: scenarioQuick{Runs: s.Quick.Fixes, Pairs: s.Quick.Pairs},
	}
	if s.Answers != nil {
		d.Answer = s.Answers.String() + " against " + results.Steady
	}
	for _, stream := range s.Streams {
		d.Streams = append(d.Streams, fmt.Sprintf("%s %g/s, time-out %s", stream.Name, stream.Rate,
			units.Short(stream.Timeout)))
	}
	registry, err := fixes.Registry().For(s.Target)
	if err != nil {
		return d, err
	}
	for _, f := range registry.Fixes {
		if f.Scenario == s.Name || f.ClusterFree == s.Name {
			d.Fixes = append(d.Fixes, listed{Name: f.Name, Says: f.Summary})
		}
	}
	if s.Load != nil {
		d.Load = fmt.Sprintf("%s %d to %d, measured before the first trial", s.Load.Setting, s.Load.Least, s.Load.Most)
	}
	if d.Takes, err = timeOf(s, s.Fixes, s.Pairs); err == nil {
		d.Quick.Takes, err = timeOf(s, s.Quick.Fixes, s.Quick.Pairs)
	}
	return d, err
}

// faultsOf are the events of a scenario in the order in which they come, and the choices of a mix.
func faultsOf(s harness.Scenario) (all []string) {
	for _, f := range s.Faults.Faults {
		text := f.Fault
		if f.Target != "" {
			text += " of " + f.Target
		}
		if f.For > 0 {
			text += " for " + units.Short(f.For)
		}
		all = append(all, text)
	}
	if s.Faults.Mix != nil {
		all = append(all, "a random mix of "+units.Count(drawn(s), "fault")+outside(s))
	}
	return all
}

// outside says how many of a mix's faults an external cluster can suffer; "" where it draws none of fewer.
func outside(s harness.Scenario) string {
	runtime, err := runtimeNamed(results.External)
	if err != nil {
		return ""
	}
	narrowed, err := runtime.Narrow(s)
	if err != nil {
		return ", none of them on an external cluster"
	}
	if narrowed.LeftOut == 0 {
		return ""
	}
	return fmt.Sprintf(", %d of them on an external cluster", drawn(narrowed))
}

// drawn counts the faults that a mix can draw: a fault may be there in several ways.
func drawn(s harness.Scenario) int {
	names := map[string]bool{}
	for _, c := range s.Faults.Mix.Choices {
		names[c.Fault] = true
	}
	return len(names)
}

func printScenario(w io.Writer, d scenarioDetail) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, says string) {
		if says != "" {
			_, _ = fmt.Fprintf(t, "%s\t%s\n", name, says) // Flush tells of errors
		}
	}
	line(d.Name, d.Asks)
	line("answered by", d.Answer)
	if d.Members > 0 {
		line("cluster", units.Count(d.Members, "member"))
	} else {
		line("cluster", "none")
	}
	line("streams", strings.Join(d.Streams, "; "))
	line("load", d.Load)
	line("faults", strings.Join(d.Faults, "; "))
	line("runs", fmt.Sprintf("%s: %s, about %s (each trial %s)", strings.Join(d.Runs, ", "),
		units.Count(d.Pairs, "pair"),
		d.Takes, d.Trial))
	line("with --quick", fmt.Sprintf("%s: %s, about %s", strings.Join(d.Quick.Runs, ", "),
		units.Count(d.Quick.Pairs, "pair"),
		d.Quick.Takes))
	for _, f := range d.Fixes {
		line("  "+f.Name, f.Says)
	}
	return t.Flush()
}

// listScenario shows one scenario, shipped or from a file.
func listScenario(w io.Writer, name string, asJSON bool) error {
	s, err := scenarios.Load(name)
	if err != nil {
		return usage(err)
	}
	d, err := detailOf(s)
	if err != nil {
		return usage(err)
	}
	if asJSON {
		return printJSON(w, d)
	}
	return printScenario(w, d)
}
