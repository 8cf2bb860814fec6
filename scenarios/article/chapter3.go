package article

import "aftershock/scenarios/article/claims"

// chapter3 is about cancelling, and about what is indivisible.
var chapter3 = []claims.Claim{
	{
		Name: "forgotten-cancel", Chapter: "3.1", Says: "a forgotten cancel leaks what waits for Done",
		Article: claims.NoFigure,
		Places:  at("3.1, paragraph 1", "3.1, code 1", "3.1, paragraph 2"),
		Fixes:   by("done-leak"), Rule: claims.StandsIf,
		Truth: "Where the context has no deadline and a parent that lives on.",
	},
	{
		Name: "done-broadcasts", Chapter: "3.1", Says: "one cancel wakes all that wait for Done, below it too",
		Article: claims.NoFigure,
		Places:  at("3.1, paragraph 3", "3.1, table 1, row 1", "3.1, diagram 1"),
		Tests:   []string{"TestOneCancelWakesAllWaiters", "TestACancelReachesAllThatDescendFromIt"},
		Settled: claims.Holds,
		Truth:   "Done is one channel, which is closed. Only what WithoutCancel has made is not told.",
	},
	{
		Name: "select-does-not-block", Chapter: "3.1", Says: "select { case <-ctx.Done(): } does not block",
		Article: claims.NoFigure,
		Places:  at("3.1, table 1, row 2"), Tests: []string{"TestASelectOfDoneAloneBlocks"}, Settled: claims.Fails,
		Truth: "It blocks until the context is over, and so is what leaks; with a default it does not.",
	},
	{
		Name: "done-once", Chapter: "3.1", Says: "a Done that was closed cannot be used again",
		Article: claims.NoFigure,
		Places:  at("3.1, table 1, row 3"), Tests: []string{"TestADoneIsClosedOnce"}, Settled: claims.Holds,
		Truth: "It stays closed, and a second cancel does nothing.",
	},
	{
		Name: "deferred-cancel", Chapter: "3.2", Says: "defer cancel() interrupts a Put that is under way", Article: claims.NoFigure,
		Places: at("3.2, paragraph 1", "3.2, code 1"),
		Tests:  []string{"TestADeferredCancelInterruptsNoPut"}, Settled: claims.Fails,
		Truth: "Put returns when it is answered, and what is deferred runs after that.",
	},
	{
		Name: "answered-in-time", Chapter: "3.2", Says: "defer cancel() is safe once the request was answered",
		Article: claims.NoFigure,
		Places:  at("3.2, table 1, row 1"), Tests: []string{"TestADeferredCancelInterruptsNoPut"},
		Settled: claims.Holds,
		Truth:   "Which it always was, when a deferred call runs.",
	},
	{
		Name: "cancel-ends-request", Chapter: "3.2", Says: "a cancel ends a request under way, as context.Canceled",
		Article: claims.NoFigure,
		Places:  at("3.2, item 1", "3.2, item 2"), Tests: []string{"TestACancelEndsARequestUnderWay"},
		Settled: claims.Holds,
		Truth:   "One that another goroutine calls.",
	},
	{
		Name: "committed-timeout", Chapter: "3.2", Says: "a Put that timed out may be committed all the same", Article: claims.NoFigure,
		Places: at("3.2, paragraph 2", "3.2, table 1, row 2", "3.2, diagram 1"),
		Fixes:  by("ambiguous-put"), Rule: claims.Stands,
		Truth: "A time-out answers no question about the write: only reading back, by a token of one's own, " +
			"tells what became of the write.",
	},
	{
		Name: "committed-lost", Chapter: "3.2", Says: "a time-out may drop a write that is committed",
		Article: claims.NoFigure,
		Places:  at("3.2, table 1, row 2"), Tests: []string{"TestAWriteThatTimedOutIsKept"}, Settled: claims.Fails,
		Truth: "What is committed stays, under the next leader too. It is the answer that is dropped, and so the " +
			"client cannot tell.",
	},
	{
		Name: "cancelled-reuse", Chapter: "3.2", Says: "a request with a context that is cancelled panics", Article: claims.NoFigure,
		Places: at("3.2, table 1, row 3"),
		Tests:  []string{"TestARequestWithACancelledContextGivesItsError"}, Settled: claims.Fails,
		Truth: "It gives context.Canceled.",
	},
	{
		Name: "indivisible", Chapter: "3.3", Says: "a map assignment is indivisible when something panics", Article: claims.NoFigure,
		Places: at("3.3, paragraph 1", "3.3, code 1", "3.3, table 1, row 1"),
		Tests:  []string{"TestOneAssignmentIsIndivisible"}, Settled: claims.Conditional,
		Truth: "One is, because its value is made first. A batch of them is not, and batches are what is half built and handed on.",
	},
	{
		Name: "panic-guard", Chapter: "3.3", Says: "the goroutine's state of panicking guards mapassign",
		Article: claims.NoFigure,
		Places:  at("3.3, paragraph 2"), Tests: []string{"TestAssignmentsKnowNothingOfPanics"}, Settled: claims.Fails,
		Truth: "The code of maps does not look at it. The hash, which may panic, is computed before the mark of " +
			"writing is set.",
	},
	{
		Name: "whole-at-a-panic", Chapter: "3.3", Says: "a panic finds the map whole: mapassign is through with it",
		Article: claims.NoFigure,
		Places:  at("3.3, paragraph 3"), Tests: []string{"TestAPanicOfAnAssignmentLeavesTheMapAsItWas"},
		Settled: claims.Holds,
		Truth: "Or has not begun to write: a key that cannot be hashed and a nil map make mapassign itself " +
			"panic, before it does.",
	},
	{
		Name: "casptr", Chapter: "3.3", Says: "runtime.casptr stores the value in one step", Article: claims.NoFigure,
		Places: at("3.3, table 1, row 2"), Tests: []string{"TestAssignmentsKnowNothingOfPanics"}, Settled: claims.Fails,
		Truth: "mapassign gives the address of a slot, and the compiler's code stores into it, plainly: an " +
			"interface is two words, of which another goroutine may see one.",
	},
	{
		Name: "write-barrier", Chapter: "3.3", Says: "runtime.gcWriteBarrier is inlined, and not interrupted",
		Article: claims.NoFigure,
		Places:  at("3.3, table 1, row 3"), Tests: []string{"TestTheWriteBarrierIsCalled"}, Settled: claims.Fails,
		Truth: "It is a function in assembly, and is called; goroutines are not preempted within it, which has " +
			"nothing to do with panics.",
	},
}
