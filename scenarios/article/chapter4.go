package article

import "aftershock/scenarios/article/claims"

// chapter4 gives advice. The last chapter has none that could be tried: the outline says what it is about.
var chapter4 = []claims.Claim{
	{
		Name: "sa1027", Chapter: "4.1", Says: "staticcheck's SA1027 finds cancel funcs in maps", Article: claims.NoFigure,
		Places: at("4.1, paragraph 2", "4.1, table 1, row 2"),
		Tests:  []string{"TestSA1027IsAboutAlignment", "TestNoAnalyzerFindsACancelFuncInAMap"}, Settled: claims.Fails,
		Truth: "SA1027 is about the alignment of 64-bit atomics; no check of staticcheck finds a cancel func in a map.",
	},
	{
		Name: "vet-is-blind", Chapter: "4.1", Says: "go vet does not find a cancel func in a map",
		Article: claims.NoFigure,
		Places:  at("4.1, paragraph 2", "4.1, table 1, row 1"),
		Tests:   []string{"TestNoAnalyzerFindsACancelFuncInAMap"}, Settled: claims.Holds,
		Truth: "Its check lostcancel takes storing for using.",
	},
	{
		Name: "cancel-in-map", Chapter: "4.1", Says: "a cancel func that is left in a map leaks", Article: claims.NoFigure,
		Places: at("4.1, paragraph 1"),
		Fixes:  by("cancel-map-leak"), Rule: claims.StandsIf,
		Truth: "Under a parent that can be cancelled, or with a timer; on Background and without one nothing but the map's entry stays.",
	},
	{
		Name: "cancel-in-map-panics", Chapter: "4.1", Says: "a cancel func that is left in a map leads to a panic",
		Article: claims.NoFigure,
		Places:  at("4.1, paragraph 1"), Tests: []string{"TestACancelFuncInAMapPanicsOnlyWhereItIsNot"},
		Settled: claims.Conditional,
		Truth: "Calling it twice, or long after its end, does nothing. What panics is to call an entry that is not " +
			"there, and what ends the process is a map that two goroutines write, without a lock.",
	},
	{
		Name: "timer-for-ever", Chapter: "4.1",
		Says: "a cancel that is not called keeps its timer and its waiters for ever", Article: claims.NoFigure,
		Places: at("4.1, code 1", "4.1, paragraph 2"), Tests: []string{"TestATimeoutEndsWithoutACancel"},
		Settled: claims.Fails,
		Truth: "The article's own has 5 s: then its timer fires, its Done closes and it leaves its parent, with " +
			"or without a call of the func.",
	},
	{
		Name: "map-of-contexts", Chapter: "4.1",
		Says: "a map of contexts instead, whose caller decides, does not leak", Article: claims.NoFigure,
		Places: at("4.1, item 2"), Tests: []string{"TestAMapOfContextsLeaksAsWell"}, Settled: claims.Fails,
		Truth: "The parent holds each child until its cancel func is called, and a map of contexts has none to call.",
	},
	{
		Name: "called-and-deleted", Chapter: "4.1",
		Says: "calling the cancel func at the end, and deleting it, leaks nothing", Article: claims.NoFigure,
		Places: at("4.1, item 1", "4.1, diagram 1"),
		Fixes:  by("cancel-map-leak"), Rule: claims.Stands,
		Truth: "In whichever map it was.",
	},
	{
		Name: "shared-context", Chapter: "4.3", Says: "a watch and a lease that share a context lose the lease", Article: claims.NoFigure,
		Places: at("4.3, paragraph 1", "4.3, item 1", "4.3, item 3", "4.3, code 1"),
		Fixes:  by("watch-lease-isolation"), Rule: claims.StandsIf,
		Truth: "The one that is kept alive: cancelling ends KeepAlive, and the key goes with the lease. Grant alone needs no context afterwards.",
	},
	{
		Name: "isolated-lease", Chapter: "4.3", Says: "the article's isolated lease keeps its key", Article: claims.NoFigure,
		Places: at("4.3, item 2", "4.3, code 2", "4.3, paragraph 2"),
		Fixes:  by("watch-lease-article"),
		// It is compared with the defect: to lose the key less often than that is not yet to keep it.
		Rule: claims.Rule{
			Improved: claims.Undecided, NoDifference: claims.Fails, Regressed: claims.Fails,
			Why: "lost less often than by the defect, and that is not yet a key that is kept",
		},
		Truth: "Its code never calls KeepAlive, and the key is gone a TTL later, without any fault.",
	},
	{
		Name: "bounded-lease", Chapter: "4.3", Says: "a time-out well above the TTL ends no renewal early",
		Article: "30 s",
		Places:  at("4.3, code 2", "4.3, paragraph 2"),
		Of: &claims.Quantity{What: "the time-out", When: "all that is done with the lease",
			By: "a statement, and no measurement"},
		Tests: []string{"TestATimeOutOnTheRenewalsLosesTheKey"}, Settled: claims.Fails,
		Truth: "None, and there are none after 30 s: the key is gone a TTL later, without any fault. The test has " +
			"a tenth of the scale; the fix watch-lease-bounded has all of it, in trials that are too long for " +
			"this run.",
	},
	{
		Name: "precheck", Chapter: "4.4", Says: "asking ctx.Err() before a batch keeps it whole", Article: claims.NoFigure,
		Places: at("4.4, paragraph 1", "4.4, item 1", "4.4, item 2"),
		Fixes:  by("precheck"), Rule: claims.AdviceIf,
		Truth: "Only with the deadline asked too, a map that no reader sees yet, and publishing what is complete: " +
			"a check that was passed says nothing about the next microsecond.",
	},
	{
		Name: "write-after-end", Chapter: "4.4",
		Says:    "to write after the context is over may panic, or leave data that do not fit together",
		Article: claims.NoFigure,
		Places:  at("4.4, paragraph 1"), Tests: []string{"TestAWriteAfterTheEndOfItsContext"},
		Settled: claims.Conditional,
		Truth: "Not the write: a map knows nothing of contexts. What panics is to send on a channel that was closed " +
			"with the context, and what does not fit together is a batch whose loop has asked in the middle.",
	},
	{
		Name: "precheck-refuses", Chapter: "4.4",
		Says: "a check in front returns the context's error, and lets a live one through", Article: claims.NoFigure,
		Places: at("4.4, paragraph 2", "4.4, table 1, row 1", "4.4, table 1, row 3"),
		Tests:  []string{"TestAPrecheckReturnsTheContextsError"}, Settled: claims.Holds,
		Truth: "At the moment at which it asks.",
	},
	{
		Name: "precheck-deadline", Chapter: "4.4", Says: "a check after the time-out gives DeadlineExceeded",
		Article: claims.NoFigure,
		Places:  at("4.4, table 1, row 2"), Tests: []string{"TestAPrecheckReturnsTheContextsError"},
		Settled: claims.Conditional,
		Truth: "Once the timer was served: for a moment after the deadline Err() is nil, and one has to look " +
			"at the clock.",
	},
}
