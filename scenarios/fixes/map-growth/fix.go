package mapgrowth

import (
	"slices"

	"aftershock/results"
	"aftershock/scenarios/collector"
)

// Fixes compares both repairs with the map that grows. The verdict comes from the whole operation's time, and not from
// building alone: making room, or clearing, is what the repairs do instead, and building would not show it.
var Fixes = []collector.Fix{
	fix("map-growth-reused", "a new map that grows with each batch -> one that is cleared and used again", reused{}),
	fix("map-growth-presized", "a new map that grows with each batch -> a new one that is made with its size", presized{}),
}

func fix(name, summary string, maps collector.Maps) collector.Fix {
	return collector.Fix{
		Fix: results.Fix{
			Name: name, Family: "map-growth", Summary: summary,
			Claim:    "growing evacuates old buckets in the middle of assignments; presizing avoids it",
			Article:  "no figure; P99 120 -> 230 us is blamed on assignments that are interrupted",
			Scenario: "map-writes", ClusterFree: "map-writes",
			Primary: results.Metric{Name: "service_p99", Phase: results.Steady},
			Guards:  append(slices.Clone(collector.SteadyGuards), results.Metric{Name: "heap_peak"}),
		},
		Before: func(s *collector.Seams) { s.Maps = growing{} },
		After:  func(s *collector.Seams) { s.Maps = maps },
	}
}
