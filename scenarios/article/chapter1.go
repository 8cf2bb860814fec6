package article

import (
	"aftershock/results"
	"aftershock/results/claims"
)

// underTrigger is the closed loop while the leader is lost: how much can be done then at most.
var underTrigger = results.Metric{Name: "capacity", Phase: results.CapacityTrigger}

// chapter1 tells of the incident: map writes halve when the cluster changes its leader.
var chapter1 = []claims.Claim{
	{
		Name: "returned-cancel", Chapter: "1", Says: "WithRequireLeader gives a context and its cancel func", Article: claims.NoFigure,
		Tests: []string{"TestWithRequireLeaderGivesNoCancelFunc"}, Settled: claims.Fails,
		Truth: "It gives a context alone, so the article's call does not compile; who wants to cancel derives a context first.",
	},
	{
		Name: "default-timeout", Chapter: "1", Says: "WithRequireLeader brings a default time-out of 5 s into each write", Article: claims.NoFigure,
		Tests: []string{"TestWithRequireLeaderAddsAHeaderAndNothingElse"}, Settled: claims.Fails,
		Truth: "It adds the header hasleader. The nearest real time-out is the server's, 5 s and two election time-outs.",
	},
	{
		Name: "leader-switch-cancels", Chapter: "1", Says: "a change of leader cancels contexts from WithRequireLeader", Article: claims.NoFigure,
		Tests: []string{"TestLeaderChangesCancelNoContext"}, Settled: claims.Fails,
		Truth: "Err() stays nil through changes of leader; what cancels is the application's handler, when its watch reports ErrNoLeader.",
	},
	{
		Name: "writes-halve", Chapter: "1", Says: "map writes lose throughput while the cluster changes its leader", Article: "throughput -48 % (by the defect)",
		Fixes: []claims.Evidence{
			{Fix: "context-isolation", Metric: underTrigger, Needs: errOnCancelled},
			{Fix: "lock-across-rpc", Metric: underTrigger},
		},
		Rule: claims.StandsIf,
		Truth: "The symptom is real and WithRequireLeader is not its cause: the application cancels the context that it asks for " +
			"each key, or holds a lock while it waits for etcd.",
	},
	{
		Name: "asked-once", Chapter: "1", Says: "asking the context once a batch instead of for each key mends the tail", Article: "P99 230 us -> 115 us",
		Fixes: []claims.Evidence{{Fix: "context-isolation", Needs: errOnCancelled}}, Rule: claims.StandsIf,
		Truth: "The article detaches the context instead, and WithoutCancel drops the deadline too, so that one has to be derived " +
			"anew; asking once a batch needs neither.",
	},
	{
		Name: "detached", Chapter: "1", Says: "WithoutCancel for the map's loop mends the tail", Article: "P99 230 us -> 115 us",
		Fixes: []claims.Evidence{{Fix: "context-isolation-without-cancel", Needs: errOnCancelled}}, Rule: claims.StandsIf,
		Truth: "It does, and readers pay: no batch says any more that it is from after the loss.",
	},
	{
		Name: "panic-in-mapassign", Chapter: "1", Says: "a cancelled context panics inside of the map assignment", Article: claims.NoFigure,
		Tests: []string{"TestCancelledContextsDoNotPanic"}, Settled: claims.Fails,
		Truth: "Contexts never panic: they give an error.",
	},
	{
		Name: "panic-costs", Chapter: "1", Says: "panics in the write path slow map writes", Article: claims.NoFigure,
		Fixes: by("panic-control-flow"), Rule: claims.StandsIf,
		Truth: "In code that panics and recovers key by key because a context is cancelled; etcd and context do not bring it about.",
	},
	{
		Name: "profile-above-mapassign", Chapter: "1", Says: "a profile shows ctx.Done() above mapassign", Article: "Err() share -99.2 %",
		Tests: []string{"TestTheValueIsMadeBeforeTheAssignment"}, Settled: claims.Fails,
		Truth: "The right-hand side runs before the assignment, so the two are siblings in a profile, and neither is above the other.",
	},
	{
		Name: "top-limit", Chapter: "1", Says: "pprof's top -cum -limit=20 lists the hot functions", Article: claims.NoFigure,
		Tests: []string{"TestPprofHasNoLimit"}, Settled: claims.Fails,
		Truth: "pprof takes -limit=20 for a pattern of what to leave out, and lists as much as ever; it is top20 -cum.",
	},
	{
		Name: "log-confirms", Chapter: "1", Says: "a log in the hot function confirms the defect", Article: claims.NoFigure,
		Fixes: by("detached-logging"), Rule: claims.AdviceIf,
		Truth: "It shows it, and costs more than what it is to confirm: a line a series is a log storm just when the cluster is in trouble.",
	},
	{
		Name: "log-with-context", Chapter: "1", Says: "log.WithContext carries the request into the log", Article: claims.NoFigure,
		Tests: []string{"TestNoLogHasWithContext"}, Settled: claims.Fails,
		Truth: "Neither log nor log/slog has it; a slog.Handler reads the context that InfoContext hands to it.",
	},
	{
		Name: "background-goroutine", Chapter: "1", Says: "a goroutine with a time-out on Background is a safe way to detach work", Article: claims.NoFigure,
		Fixes: by("bounded-goroutine"), Rule: claims.Refuted,
		Truth: "It detaches, and bounds how long each of them lives, but not how many there are: while the dependency hangs there is " +
			"one more with each tick. And it loses the request's values, which WithTimeout(WithoutCancel(ctx)) keeps.",
	},
	{
		Name: "timeout-per-write", Chapter: "1", Says: "a time-out for each write slows map writes", Article: "P99 230 us -> 120 us",
		Fixes: by("timeout-per-key"), Rule: claims.StandsIf,
		Truth: "Where the application derives a context for each key; nothing in etcd's client does that.",
	},
}
