package fixes

import (
	"fmt"
	"reflect"
	"slices"

	"aftershock/harness"
	"aftershock/internal/nearest"
	"aftershock/results"
	"aftershock/scenarios/collector"
	collectoritself "aftershock/scenarios/fixes/collector-itself"
)

// builds makes the fix whose arms are two builds of the collector. Their seams are the same, so that what differs is
// the build: everything is repaired, but for the one defect that the scenario names.
func builds(b collector.Builds) ([]harness.Fix, error) {
	c, of := b.Compared, collectoritself.Fix
	if c.Defect != "" {
		i := slices.IndexFunc(all, func(f collector.Fix) bool { return f.Name == c.Defect && f.Repairs() })
		if i < 0 {
			return nil, fmt.Errorf("defect: %w", nearest.Unknown("fix", c.Defect, repairs()))
		}
		of = all[i]
	}
	seams := Seams(of, results.Before)
	needs := seams.Differing(Seams(of, results.After))
	fix := results.Fix{Name: c.Fix, Summary: c.Says, Scenario: c.Scenario, Primary: c.Primary, Guards: b.Guards()}
	before, after := string(results.Before), string(results.After)
	if b.Arms.Built != nil {
		fix.Built = "before is " + b.Arms.Says(before) + ", after " + b.Arms.Says(after)
	}
	if b.Arms.Same() || reflect.DeepEqual(b.Arms.Sources[before], b.Arms.Sources[after]) {
		fix.Instrument = true
		fix.Summary = "both arms are the same build: whatever differs is chance, or the harness's error"
	}
	return []harness.Fix{{
		Fix: fix,
		Workload: func(side results.Arm) harness.Workload {
			return collector.Built(seams, b.Arms.Built[string(side)].Digest, of.Counters...)
		},
		// What the scenario has to give so that the defect matters; its own figure is the scenario's business.
		Lacking: func(s harness.Scenario) []string {
			if c.Defect == "" {
				return nil
			}
			return of.Lacking(needs, s)
		},
	}}, nil
}

// repairs names the fixes that repair a defect.
func repairs() (names []string) {
	for _, f := range all {
		if f.Repairs() {
			names = append(names, f.Name)
		}
	}
	return names
}
