package article

import "aftershock/scenarios/article/claims"

// insides2 is what chapter 2 says about WithRequireLeader, and about looking into a process.
var insides2 = []claims.Claim{
	{
		Name: "op-option", Chapter: "2.4",
		Says: "WithRequireLeader is an OpOption that reads the operation's context", Article: claims.NoFigure,
		Places: at("2.4, paragraph 1", "2.4, paragraph 2", "2.4, item 1", "2.4, item 2", "2.4, code 1"),
		Tests:  []string{"TestWithRequireLeaderIsNoOpOption"}, Settled: claims.Fails,
		Truth: "It wraps a context, and is given where the context is.",
	},
	{
		Name: "plain-get-waits", Chapter: "2.4", Says: "without a leader a plain Get waits",
		Article: claims.NoFigure, Places: at("2.4, table 1, row 1"),
		Tests: []string{"TestAGetWithoutALeader"}, Settled: claims.Conditional,
		Truth: "A linearizable one does, for as long as its context lets it; a serializable one is answered at once.",
	},
	{
		Name: "get-returns-at-once", Chapter: "2.4",
		Says: "without a leader a Get with WithRequireLeader returns at once, as cancelled", Article: claims.NoFigure,
		Places: at("2.4, paragraph 3", "2.4, table 1, row 1", "2.4, diagram 1"),
		Tests:  []string{"TestAGetWithoutALeader"}, Settled: claims.Fails,
		Truth: "Neither: the client repeats it up to 100 times, 25 ms apart, which takes about 2.6 s, and then " +
			"gives ErrNoLeader, of the code Unavailable. The context is not cancelled by it. What is refused at " +
			"once is a write.",
	},
	{
		Name: "done-is-the-callers", Chapter: "2.4", Says: "the signal is the Done of the caller's context",
		Article: claims.NoFigure,
		Places:  at("2.4, paragraph 3", "2.4, table 1, row 2"),
		Tests:   []string{"TestWithRequireLeaderAddsAHeaderAndNothingElse", "TestAGetWithoutALeader"},
		Settled: claims.Conditional,
		Truth: "It has no Done but its parent's, and does not change the parent. But that is no signal of the " +
			"leader: the member answers, and Done stays open.",
	},
	{
		Name: "pprof-and-trace", Chapter: "2.5",
		Says:    "pprof shows heap and goroutines; trace catches scheduling, collections, system calls",
		Article: claims.NoFigure,
		Places:  at("2.5, item 1", "2.5, item 2"), Tests: []string{"TestPprofAndTraceHaveWhatIsSaid"},
		Settled: claims.Holds,
		Truth:   "pprof has CPU, mutexes and blocking as well.",
	},
	{
		Name: "detailedmaptrace", Chapter: "2.5", Says: "GODEBUG=detailedmaptrace=1 traces mappings of memory",
		Article: claims.NoFigure,
		Places: at("2.5, item 3", "2.5, code 1", "2.5, paragraph 2", "2.5, table 1, row 1", "2.5, table 1, row 2",
			"2.5, table 1, row 3"),
		Tests: []string{"TestGodebugHasNoDetailedMapTrace"}, Settled: claims.Fails,
		Truth: "There is no such setting, and an unknown one is ignored without a word, so that its output has " +
			"none of the three fields; strace sees mmap and munmap.",
	},
	{
		Name: "no-inlining", Chapter: "2.5", Says: "-gcflags=-l keeps functions from being inlined",
		Article: claims.NoFigure,
		Places:  at("2.5, paragraph 2"), Tests: []string{"TestTheCompilersFlagAgainstInlining"},
		Settled: claims.Holds, Truth: "For the packages that are named.",
	},
}
