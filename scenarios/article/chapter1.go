package article

import (
	"aftershock/results"
	"aftershock/scenarios/article/claims"
)

// underTrigger is the closed loop while the leader is lost: how much can be done then at most.
var underTrigger = results.Metric{Name: "capacity", Phase: results.CapacityTrigger}

// tailInTrouble is what users wait for at worst, while the leader is lost.
var tailInTrouble = results.Metric{Name: "p99", Phase: results.UnderTrigger}

// incident is whose figures those of chapter 1 are.
const incident = "the author's own, of one incident; machine, load and number of measurements are not given"

// chapter1 tells of the incident: map writes halve when the cluster changes its leader.
var chapter1 = []claims.Claim{
	{
		Name: "returned-cancel", Chapter: "1", Says: "WithRequireLeader gives a context and its cancel func", Article: claims.NoFigure,
		Places: at("1, code 1"),
		Tests:  []string{"TestWithRequireLeaderGivesNoCancelFunc"}, Settled: claims.Fails,
		Truth: "It gives a context alone, so the article's call does not compile; who wants to cancel derives a context first.",
	},
	{
		Name: "default-timeout", Chapter: "1",
		Says: "WithRequireLeader brings a default time-out into each request", Article: "5 s",
		Places: at("1, paragraph 2"),
		Of:     &claims.Quantity{What: "the time-out", When: "each request", By: "a statement, and no measurement"},
		Tests: []string{"TestWithRequireLeaderAddsAHeaderAndNothingElse",
			"TestTheArticlesClientAddsTheSameHeader"}, Settled: claims.Fails,
		Truth: "It adds the header hasleader, in 3.7.3 and in the article's 3.5.12. The nearest real time-out is " +
			"the server's, 5 s and two election time-outs.",
	},
	{
		Name: "leader-switch-cancels", Chapter: "1", Says: "a change of leader cancels contexts from WithRequireLeader", Article: claims.NoFigure,
		Places:  at("1, title 1", "1, paragraph 2"),
		Tests:   []string{"TestLeaderChangesCancelNoContext", "TestALostLeaderEndsAWatchAndNotItsContext"},
		Settled: claims.Fails,
		Truth: "Err() stays nil through changes of leader, and when the member has none: then the watch ends, " +
			"with ErrNoLeader. What cancels is the application's handler, when its watch reports that.",
	},
	{
		Name: "upgrade", Chapter: "1", Says: "the upgrade to etcd's client 3.5.12 brought it",
		Article: claims.NoFigure, Places: at("1, paragraph 1"),
		Tests: []string{"TestTheArticlesClientAddsTheSameHeader"}, Settled: claims.Fails,
		Sources: []string{"etcd's client/v3/ctx.go of v3.5.0, v3.5.11 and v3.5.12"},
		Truth: "The file that has WithRequireLeader is the same in 3.5.0, 3.5.11 and 3.5.12, letter by letter, " +
			"and the function is in 3.7.3. What else the upgrade changed in that service cannot be told.",
	},
	{
		Name: "writes-halve", Chapter: "1",
		Says: "map writes lose half of their throughput in trouble, before any repair", Article: "throughput -48 %",
		Places: at("1, title 1", "1, paragraph 1"),
		Of: &claims.Quantity{What: "throughput of writes into a map", When: "in trouble against calm, before " +
			"any repair", By: incident},
		Fixes: []claims.Evidence{
			{Fix: "context-isolation", Metric: underTrigger, Within: results.Before, Needs: errOnCancelled},
			{Fix: "lock-across-rpc", Metric: underTrigger, Within: results.Before},
		},
		Rule: claims.HarmsIf,
		Truth: "The symptom is real and WithRequireLeader is not its cause: the application cancels the context that it asks for " +
			"each key, or holds a lock while it waits for etcd. " + whatItTakes,
		Changed: "its verdict came from the repair against the defect, and comes from trouble against calm of " +
			"the arm without a repair",
	},
	{
		Name: "tail-doubles", Chapter: "1", Says: "the P99 of map writes doubles in trouble, before any repair",
		Article: "P99 120 -> 230 us",
		Places:  at("1, paragraph 1"),
		Of: &claims.Quantity{What: "P99 of writes into a map", When: "calm -> trouble, before any repair",
			By: incident},
		Fixes: []claims.Evidence{
			{Fix: "context-isolation", Metric: tailInTrouble, Within: results.Before, Needs: errOnCancelled},
			{Fix: "lock-across-rpc", Metric: tailInTrouble, Within: results.Before},
		},
		Rule: claims.HarmsIf,
		Truth: "For the same two reasons. It counts from when a batch was due: what is late because of the one " +
			"before it is late for its readers too.",
	},
	{
		Name: "detached", Chapter: "1", Says: "WithoutCancel or Background for the map's loop mends the tail",
		Article: "P99 230 -> 115 us",
		Places:  at("1, paragraph 3", "1, table 1, row 1", "1, paragraph 4"),
		Of: &claims.Quantity{What: "P99 of writes into a map", When: "trouble, without -> with the repair",
			By: incident},
		Fixes: []claims.Evidence{{Fix: "context-isolation-without-cancel", Needs: errOnCancelled}},
		Rule:  claims.StandsIf,
		Truth: "It does, and readers pay: no batch says any more that it is from after the loss. WithoutCancel " +
			"drops the deadline too, so that one has to be derived anew. Asking once a batch needs neither. " +
			"Background, which lacks the values too, was not run by itself.",
	},
	{
		Name: "err-share", Chapter: "1", Says: "Err() is gone from the CPU profile once the loop is detached",
		Article: "Err() share -99.2 %",
		Places:  at("1, code 1", "1, paragraph 4"),
		Of: &claims.Quantity{What: "share of Err() in the CPU profile", When: "trouble, without -> with the " +
			"repair", By: incident},
		Probe: errShare,
		Truth: "A detached loop has no cancellation to look up. That it asks fewer times is no finding: the " +
			"repair is not to ask.",
	},
	{
		Name: "value-inherits", Chapter: "1",
		Says: "a context from WithValue ends with its parent, wherever it is handed on", Article: claims.NoFigure,
		Places: at("1, paragraph 2", "1, code 1"),
		Tests:  []string{"TestAValueContextEndsWithItsParentAndKeepsItsValue"}, Settled: claims.Holds,
		Truth: "And its value can be had after that, as the article's comment says.",
	},
	{
		Name: "panic-in-mapassign", Chapter: "1", Says: "a cancelled context panics inside of the map assignment",
		Article: claims.NoFigure,
		Places:  at("1, paragraph 1"),
		Tests:   []string{"TestCancelledContextsDoNotPanic"}, Settled: claims.Fails,
		Truth: "Contexts never panic: they give an error.",
	},
	{
		Name: "panic-costs", Chapter: "1", Says: "panics that are caught in the write path slow map writes",
		Article: claims.NoFigure,
		Places:  at("1, paragraph 1"),
		Fixes:   by("panic-control-flow"), Rule: claims.StandsIf,
		Truth: "In code that panics and recovers key by key because a context is cancelled; etcd and context do " +
			"not bring it about.",
	},
	{
		Name: "profile-above-mapassign", Chapter: "1", Says: "a profile shows ctx.Done() above mapassign",
		Article: claims.NoFigure,
		Places:  at("1, paragraph 1", "1, item 2"),
		Tests:   []string{"TestTheValueIsMadeBeforeTheAssignment"}, Settled: claims.Fails,
		Truth: "The right-hand side runs before the assignment, so the two are siblings in a profile, and " +
			"neither is above the other.",
	},
}

// whatItTakes is said with each figure that is of trouble.
const whatItTakes = "It takes more than a change of leader, which lasts for milliseconds and opens no window: the " +
	"member to which the client is pinned is isolated for longer than three election time-outs, and a watch is " +
	"told that it has no leader."
