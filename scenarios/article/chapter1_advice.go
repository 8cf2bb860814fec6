package article

import "aftershock/scenarios/article/claims"

// advice1 is how chapter 1 finds the defect, and what it tells readers to use instead.
var advice1 = []claims.Claim{
	{
		Name: "cpuprofile", Chapter: "1", Says: "go test -cpuprofile records a CPU profile of a test",
		Article: claims.NoFigure, Places: at("1, item 1"),
		Tests: []string{"TestGoTestRecordsACPUProfile"}, Settled: claims.Holds, Truth: "pprof reads it.",
	},
	{
		Name: "top-limit", Chapter: "1", Says: "pprof's top -cum -limit=20 lists the hot functions",
		Article: claims.NoFigure, Places: at("1, item 2"),
		Tests: []string{"TestPprofHasNoLimit"}, Settled: claims.Fails,
		Truth: "pprof takes -limit=20 for a pattern of what to leave out, and lists as much as ever; it is top20 -cum.",
	},
	{
		Name: "log-confirms", Chapter: "1", Says: "a log in the hot function confirms the defect",
		Article: claims.NoFigure, Places: at("1, item 3"),
		Fixes: by("detached-logging"), Rule: claims.AdviceIf,
		Truth: "It shows it, and costs more than what it is to confirm: a line a series is a log storm just when " +
			"the cluster is in trouble.",
	},
	{
		Name: "log-with-context", Chapter: "1", Says: "log.WithContext carries the request into the log",
		Article: claims.NoFigure,
		Places:  at("1, table 1, row 2"),
		Meanings: []claims.Meaning{
			{Of: "logrus since 1.4.0, which is usually imported as log", Verdict: claims.Holds,
				Tests: []string{"TestLogrusHasWithContext"}},
			{Of: "log and log/slog of the standard library", Verdict: claims.Fails,
				Tests: []string{"TestNoLogHasWithContext"}},
		},
		Truth:   "With log/slog it is a Handler that reads the context which InfoContext hands to it.",
		Changed: "the article does not say which log it means, and one that is usually called so has it",
	},
	{
		Name: "background-goroutine", Chapter: "1",
		Says: "a goroutine with a time-out on Background is a safe way to detach work", Article: claims.NoFigure,
		Places: at("1, table 1, row 3"),
		Fixes:  by("bounded-goroutine"), Rule: claims.Refuted,
		Truth: "It detaches, and bounds how long each of them lives, but not how many there are: while the " +
			"dependency hangs there is one more with each tick. And it loses the request's values, which " +
			"WithTimeout(WithoutCancel(ctx)) keeps.",
	},
}
