package scenarios

import (
	"strings"

	"aftershock/internal/document"
	"aftershock/results"
	"aftershock/results/summary"
)

// readFigures reads which figure gives the verdict, and which must not become worse. A figure of the primary stream
// bears no stream's name.
func readFigures(v document.Value, figures, phases []string) (primary results.Metric, guards []results.Metric) {
	primary, guards = readFigure(v.Field("primary"), figures, phases), []results.Metric{}
	given := v.Field("guards")
	if !given.Given() {
		return primary, guards
	}
	items, _ := given.Items("guard")
	for _, item := range items {
		m := readFigure(item, figures, phases)
		if m == primary && m.Name != "" {
			item.Addf("%s is the primary metric already", m)
		}
		guards = append(guards, m)
	}
	return primary, guards
}

func readFigure(v document.Value, figures, phases []string) (m results.Metric) {
	if !v.Given() {
		return m
	}
	o, _ := v.Object([]string{"metric", "phase"}, nil)
	m.Name, _ = o["metric"].OneOf("figure", figures)
	m.Phase, _ = o["phase"].OneOf("phase", phases)
	if strings.HasSuffix(m.Name, summary.GoodputBack) && m.Phase != "" && m.Phase != results.Recovery {
		o["phase"].Addf("%s is a figure of the recovery alone (phase: recovery)", m.Name)
	}
	return m
}
