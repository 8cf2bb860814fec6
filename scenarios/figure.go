package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/harness"
	"aftershock/internal/nearest"
	"aftershock/results"
	"aftershock/results/summary"
)

// Figure reads the name of a figure that a scenario with a target has, as METRIC:PHASE; "" is the primary one.
func Figure(s harness.Scenario, text string) (m results.Metric, err error) {
	own, err := buildableOf(s.Target)
	if err != nil {
		return m, err
	}
	t, ok := own.(*builtService)
	if !ok {
		return m, fmt.Errorf("scenario %q has no section %q", s.Name, target)
	}
	if text == "" {
		return t.Primary, nil
	}
	phases := []string{results.Steady}
	if s.Cluster.Members > 0 {
		phases = append(phases, results.InFault, results.Recovery)
	}
	name, phase, _ := strings.Cut(text, ":")
	if known := summary.RequestFigures(t.Order[1:]); !slices.Contains(known, name) {
		return m, nearest.Unknown("figure", name, known)
	}
	if !slices.Contains(phases, phase) {
		return m, fmt.Errorf("%w: a figure is METRIC:PHASE, such as %s:%s", nearest.Unknown("phase", phase, phases),
			name, results.Steady)
	}
	return results.Metric{Name: name, Phase: phase}, nil
}
