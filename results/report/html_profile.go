package report

import (
	"errors"
	"fmt"
	"slices"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/profile"
	"aftershock/results/report/page"
	"aftershock/results/summary"
)

// mostFunctions is how many functions the table behind a flame graph has.
const mostFunctions = 20

// profiled is what the profiles of a run say, or why they say nothing.
type profiled struct {
	comparison profile.Comparison
	why        error
}

// profilesOf reads the profiles of a run; of one without them it is the zero value.
func profilesOf(in Input) (p profiled) {
	if !in.Summary.Run.Profiled {
		return p
	}
	p.comparison, p.why = profile.Read(in.Folder)
	if none := (*profile.NotProfiled)(nil); errors.As(p.why, &none) {
		return profiled{}
	}
	return p
}

// windowFor is the window of a fix whose phase is that of its primary metric, or else the first.
func windowFor(f profile.Fix, m results.Metric) (profile.Window, bool) {
	if len(f.Windows) == 0 {
		return profile.Window{}, false
	}
	name := m.Phase
	switch {
	case m.Name == "capacity" || m.Name == "table_operations":
		name = "capacity-" + m.Phase
	case m.Phase == results.UnderTrigger: // a part of the fault
		name = results.InFault
	}
	i := slices.IndexFunc(f.Windows, func(w profile.Window) bool { return w.Name == name })
	return f.Windows[max(i, 0)], true
}

// block is where the time went of one fix, nothing without profiles.
func (p profiled) block(f summary.Fix) []page.Block {
	const title = "Where the CPU time went"
	if p.why != nil {
		why := "The profiles cannot be read: " + plain(firstLine(p.why.Error())) + "."
		return []page.Block{{Title: title, Notes: []string{why}}}
	}
	i := slices.IndexFunc(p.comparison.Fixes, func(of profile.Fix) bool { return of.Name == f.Name })
	if i < 0 {
		return nil
	}
	w, ok := windowFor(p.comparison.Fixes[i], f.Fix.Primary)
	if !ok || w.Before.Samples == 0 || w.After.Samples == 0 {
		return []page.Block{{Title: title, Notes: []string{"No pair has profiles in both arms."}}}
	}
	rows, agreed := functionRows(w, mostFunctions)
	notes := []string{
		fmt.Sprintf("The workers' CPU time in %s: %s in %d samples before, %s in %d after, of %s. The wider a "+
			"function, the more time it and all below it took, the mean of both arms. Orange took a larger share "+
			"after, blue a smaller one, grey about the same; what took less than %.1f %% is left out.",
			w.Name, units.Latency(w.Before.CPU), w.Before.Samples, units.Latency(w.After.CPU), w.After.Samples,
			units.Count(len(w.Pairs), "pair"), 100*profile.Fewest),
	}
	if agreed == 0 {
		rows = nil
		notes = append(notes, "No function's share changed in a way that the pairs agree on.")
	}
	return []page.Block{{
		Title: title, Notes: notes, Table: table(rows),
		Flame: &page.Flame{Root: frameOf(w.Stacks), Least: profile.Fewest},
	}}
}

// frameOf is a stack as a page draws it.
func frameOf(s *profile.Stack) *page.Frame {
	f := &page.Frame{Name: plain(shortFunction(s.Name)), Before: s.Before, After: s.After}
	for _, c := range s.Calls {
		f.Calls = append(f.Calls, frameOf(c))
	}
	return f
}
