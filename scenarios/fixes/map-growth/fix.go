package mapgrowth

import (
	"slices"

	"aftershock/results"
	"aftershock/scenarios/collector"
)

// Fixes compares two repairs with the map that grows. What growing costs is shown by the one that is made with its
// size: it is a new map with each batch as before, and differs in growing alone. The one that is used again does
// not grow either, but it allocates nothing as well, so that its figure is about both. It is listed first, for all
// other fixes run with it.
//
// The verdict comes from the whole operation's time, and not from building alone: making room, or clearing, is what the
// repairs do instead, and building would not show it.
var Fixes = []collector.Fix{
	fix("map-growth-reused", "a new map that grows with each batch -> one that is cleared and used again",
		"a map that is cleared and used again has a better tail than a new one that grows", reused{}),
	fix("map-growth-presized", "a new map that grows with each batch -> a new one that is made with its size",
		"growing in the middle of assignments costs the tail, and a map that is made with its size avoids it", presized{}),
}

func fix(name, summary, claim string, maps collector.Maps) collector.Fix {
	return collector.Fix{
		Fix: results.Fix{
			Name: name, Family: "map-growth", Summary: summary, Claim: claim,
			Scenario: "map-writes", ClusterFree: "map-writes",
			Primary: results.Metric{Name: "service_p99", Phase: results.Steady},
			Price: results.Price{
				Metric: results.Metric{Name: "heap_end"},
				Says:   "room for all series is kept, also when there are fewer",
			},
			Guards: append(slices.Clone(collector.SteadyGuards), results.Metric{Name: "heap_peak"}),
		},
		Before: func(s *collector.Seams) { s.Maps = growing{} },
		After:  func(s *collector.Seams) { s.Maps = maps },
	}
}
