package article

import "aftershock/results/claims"

// chapter3 is about cancelling, and about what is indivisible.
var chapter3 = []claims.Claim{
	{
		Name: "forgotten-cancel", Chapter: "3.1", Says: "a forgotten cancel leaks whoever waits for Done", Article: claims.NoFigure,
		Fixes: by("done-leak"), Rule: claims.StandsIf,
		Truth: "Where the context has no deadline and a parent that lives on.",
	},
	{
		Name: "done-broadcasts", Chapter: "3.1", Says: "one cancel wakes everybody who waits for Done", Article: claims.NoFigure,
		Tests: []string{"TestOneCancelWakesAllWaiters"}, Settled: claims.Holds,
		Truth: "Done is one channel, which is closed.",
	},
	{
		Name: "deferred-cancel", Chapter: "3.2", Says: "defer cancel() interrupts a Put that is under way", Article: claims.NoFigure,
		Tests: []string{"TestADeferredCancelInterruptsNoPut"}, Settled: claims.Fails,
		Truth: "Put returns when it is answered, and what is deferred runs after that.",
	},
	{
		Name: "committed-timeout", Chapter: "3.2", Says: "a Put that timed out may be committed all the same", Article: claims.NoFigure,
		Fixes: by("ambiguous-put"), Rule: claims.Stands,
		Truth: "A time-out is an answer to nobody's question: only reading back, by a token of one's own, tells what became of the write.",
	},
	{
		Name: "cancelled-reuse", Chapter: "3.2", Says: "a request with a context that is cancelled panics", Article: claims.NoFigure,
		Tests: []string{"TestARequestWithACancelledContextGivesItsError"}, Settled: claims.Fails,
		Truth: "It gives context.Canceled.",
	},
	{
		Name: "indivisible", Chapter: "3.3", Says: "a map assignment is indivisible when something panics", Article: claims.NoFigure,
		Tests: []string{"TestOneAssignmentIsIndivisible"}, Settled: claims.Conditional,
		Truth: "One is, because its value is made first. A batch of them is not, and batches are what is half built and handed on.",
	},
}
