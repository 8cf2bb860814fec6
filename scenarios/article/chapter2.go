package article

import "aftershock/results/claims"

// chapter2 explains the incident by the insides of maps and contexts.
var chapter2 = []claims.Claim{
	{
		Name: "hmap", Chapter: "2.1", Says: "a map is an hmap whose oldbuckets are evacuated", Article: claims.NoFigure,
		Tests: []string{"TestMapsAreSwissTables"}, Settled: claims.Fails,
		Truth: "It was until Go 1.23; since 1.24 it is a directory of Swiss tables, and a table that is full is split or doubled at once.",
	},
	{
		Name: "growth", Chapter: "2.1", Says: "growing in the middle of assignments costs the tail", Article: claims.NoFigure,
		Fixes: by("map-growth-presized"), Rule: claims.Stands,
		Truth: "A table that is full is split or doubled within one assignment; one that is made with its size is not, and is garbage " +
			"as often.",
	},
	{
		Name: "reused-map", Chapter: "2.1", Says: "a map that is cleared and used again has a better tail than a new one", Article: claims.NoFigure,
		Fixes: by("map-growth-reused"), Rule: claims.Stands,
		Truth: "It has its room already, and allocates nothing; what growing alone costs is less.",
	},
	{
		Name: "concurrent-writes", Chapter: "2.2", Says: "concurrent map writes panic, and a safe map prevents it", Article: claims.NoFigure,
		Fixes: by("safe-map-rwmutex", "safe-map-syncmap", "safe-map-sharded", "safe-map-xsync"),
		Rule: claims.Rule{
			Improved: claims.Conditional, NoDifference: claims.Undecided, Regressed: claims.Fails,
			Why: "the before arm did not crash, or no more than the other",
		},
		Truth: "It is a fatal error and no panic: nobody can recover from it, and the runtime does not promise to notice.",
	},
	{
		Name: "no-op-cancel", Chapter: "2.3", Says: "a cancel func beside a value that does nothing breaks propagation", Article: claims.NoFigure,
		Fixes: by("cancel-in-value"), Rule: claims.Stands,
		Truth: "Whoever waits for the value's context waits for ever; the func has to be that of the context.",
	},
	{
		Name: "op-option", Chapter: "2.4", Says: "WithRequireLeader is an OpOption that reads the operation's context", Article: claims.NoFigure,
		Tests: []string{"TestWithRequireLeaderIsNoOpOption"}, Settled: claims.Fails,
		Truth: "It wraps a context, and is given where the context is.",
	},
	{
		Name: "detailedmaptrace", Chapter: "2.5", Says: "GODEBUG=detailedmaptrace=1 traces map operations", Article: claims.NoFigure,
		Tests: []string{"TestGodebugHasNoDetailedMapTrace"}, Settled: claims.Fails,
		Truth: "There is no such setting, and an unknown one is ignored without a word; pprof, runtime/trace and runtime/metrics are there.",
	},
}
