package scenarios

import (
	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/document"
	"aftershock/results"
	"aftershock/scenarios/build"
	"aftershock/scenarios/collector"
)

// readBuilds reads a scenario that drives two builds of the collector: it has no fixes but their comparison, which its
// answer is judged by.
func readBuilds(root document.Value, rules []plan.FaultRule) harness.Scenario {
	o, ok := root.Object([]string{"name", "asks", armsSection, "answers", "streams", "workload", "phases", "pairs",
		"margin", "quick", "budget"}, []string{"cluster", "faults", "load", "defect", recovered})
	if !ok {
		return harness.Scenario{}
	}
	clustered := checkCluster(o)
	s := readCollector(o, clustered, rules)
	phases := []string{results.Steady}
	if clustered {
		phases = append(phases, troubled...)
	}
	c := collector.Comparison{
		Fix: s.Name, Scenario: s.Name, Says: s.Asks,
		Primary: readFigure(o["answers"], collectorFigures(s.Streams), phases),
	}
	if o["defect"].Given() {
		c.Defect, _ = o["defect"].Word()
	}
	b := collector.Builds{Compared: &c, Arms: readCollectorArms(o[armsSection])}
	quick, _ := o["quick"].Object([]string{"pairs"}, nil)
	s.Fixes = []string{s.Name}
	s.Quick = harness.Quick{Fixes: s.Fixes, Pairs: quick["pairs"].Integer(1, mostPairs)}
	s.Target = b.Target()
	return s
}

// readCollectorArms reads of what the collector's two builds are made. It is this program's own revision: only modules
// and toolchains can differ.
func readCollectorArms(v document.Value) *build.Arms {
	o, _ := v.Object(sideNames, []string{"repository", "within", "downloads"})
	a := readBuild(o)
	a.Command = collector.BuildCommand
	for _, side := range sideNames {
		if o[side].Field("git").Given() {
			o[side].Field("git").Addf("is for a program of yours (a section \"target\"): the collector is built of " +
				"this program's own revision (fields: module, toolchain, worktree)")
		}
	}
	return &a
}
