package article

import (
	"aftershock/results"
	"aftershock/results/claims"
)

// tableOperations is what a closed loop does that reads and writes the shared table and nothing else.
var tableOperations = results.Metric{Name: "table_operations", Phase: results.CapacityCalm}

// chapter4 gives advice. The last chapter has none that could be tried: it names technologies in a line each.
var chapter4 = []claims.Claim{
	{
		Name: "sa1027", Chapter: "4.1", Says: "staticcheck's SA1027 finds cancel funcs in maps", Article: claims.NoFigure,
		Tests: []string{"TestSA1027IsAboutAlignment", "TestNoAnalyzerFindsACancelFuncInAMap"}, Settled: claims.Fails,
		Truth: "SA1027 is about the alignment of 64-bit atomics; neither staticcheck nor vet finds a cancel func in a map.",
	},
	{
		Name: "cancel-in-map", Chapter: "4.1", Says: "a cancel func that is left in a map leaks", Article: claims.NoFigure,
		Fixes: by("cancel-map-leak"), Rule: claims.StandsIf,
		Truth: "Under a parent that can be cancelled, or with a timer; on Background and without one nothing but the map's entry stays.",
	},
	{
		Name: "sync-map", Chapter: "4.2", Says: "sync.Map does more than a map under an RWMutex", Article: "980k -> 1240k operations/s (RWMutex -> sync.Map)",
		Fixes: []claims.Evidence{
			{Fix: "safe-map-advice", Scenario: "shared-map-reads-95", Metric: tableOperations, Unit: "operations/s"},
			{Fix: "safe-map-advice", Scenario: "shared-map-reads-50", Metric: tableOperations, Unit: "operations/s"},
			{Fix: "safe-map-advice", Scenario: "shared-map-reads-5", Metric: tableOperations, Unit: "operations/s"},
		},
		Rule:  claims.Stands,
		Truth: "It depends on the share of reads and on the number of cores; sync.Map is made for keys that are written once.",
	},
	{
		Name: "shared-context", Chapter: "4.3", Says: "a watch and a lease that share a context lose the lease", Article: claims.NoFigure,
		Fixes: by("watch-lease-isolation"), Rule: claims.StandsIf,
		Truth: "The one that is kept alive: cancelling ends KeepAlive, and the key goes with the lease. Grant alone needs no context afterwards.",
	},
	{
		Name: "isolated-lease", Chapter: "4.3", Says: "the article's isolated lease keeps its key", Article: claims.NoFigure,
		Fixes: by("watch-lease-article"),
		// It is compared with the defect: being better than that does not keep a key.
		Rule: claims.Rule{
			Improved: claims.Undecided, NoDifference: claims.Fails, Regressed: claims.Fails,
			Why: "better than the defect, and that is not yet a key that is kept",
		},
		Truth: "Its code never calls KeepAlive, or bounds it by a time-out of 30 s: either way the key is gone a TTL later, without " +
			"any fault.",
	},
	{
		Name: "precheck", Chapter: "4.4", Says: "asking ctx.Err() before a batch keeps it whole", Article: claims.NoFigure,
		Fixes: by("precheck"), Rule: claims.AdviceIf,
		Truth: "Only with the deadline asked too, a map that nobody else sees, and publishing what is complete: a check that was " +
			"passed says nothing about the next microsecond.",
	},
}
