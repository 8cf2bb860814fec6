package collector

import (
	"fmt"
	"slices"

	"aftershock/harness"
	"aftershock/results"
)

// noPhase says which phase a scenario does not have; empty when it has it.
func noPhase(m results.Metric, s harness.Scenario) string {
	given := map[string]bool{
		"": true, results.Steady: s.Phases.Steady > 0, results.InFault: s.Phases.Fault > 0,
		results.Recovery:     s.Phases.Recovery > 0,
		results.UnderTrigger: s.Faults.Holds(), results.CapacityCalm: s.Phases.Capacity > 0,
	}
	if given[m.Phase] {
		return ""
	}
	return fmt.Sprintf("phase %q", m.Phase)
}

// Lacking lists what a scenario does not give that the fix's seams and figures need, each once, with what needs it
// first. Without them a run would end without the figure, or with a fix that was never exercised.
func (f Fix) Lacking(seams []string, s harness.Scenario) (all []string) {
	seen := map[string]bool{}
	add := func(lacks, by string) {
		if lacks != "" && !seen[lacks] {
			seen[lacks] = true
			all = append(all, lacks+" (for its "+by+")")
		}
	}
	for _, p := range (Seams{}).parts() {
		if slices.Contains(seams, p.Seam) {
			add(p.Lacks(s), "seam "+p.Seam)
		}
	}
	figure := func(m results.Metric, as string) {
		add(noPhase(m, s), as+" "+m.String())
		if p, ok := partOf(m); ok {
			add(p.Lacks(s), as+" "+m.String())
		}
	}
	figure(f.Primary, "primary metric")
	figure(results.Metric{Name: f.Trigger.Counter}, "trigger")
	for _, guard := range f.Guards {
		figure(guard, "guard")
	}
	figure(f.Price.Metric, "price")
	return all
}
