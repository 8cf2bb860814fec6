package article

import "aftershock/scenarios/article/claims"

// oldMaps is where the maps of before Go 1.24 can be looked up, which no test of this Go can see.
const oldMaps = "Go's src/runtime/map.go, as it was up to Go 1.23"

// chapter2 explains the incident by the insides of maps and contexts.
var chapter2 = []claims.Claim{
	{
		Name: "hmap", Chapter: "2.1", Says: "a map is an hmap with buckets, oldbuckets and nevacuate",
		Article: claims.NoFigure,
		Places: at("2.1, paragraph 1", "2.1, paragraph 2", "2.1, item 1", "2.1, table 1, row 1",
			"2.1, table 1, row 2", "2.1, table 1, row 3"),
		Tests: []string{"TestMapsAreSwissTables"}, Settled: claims.NotHere, Sources: []string{oldMaps},
		Truth: "Up to Go 1.23 it was, with these fields of these types; since 1.24 it is a directory of Swiss " +
			"tables, and a table that is full is split or doubled at once.",
		Changed: "it was true of the Go that was new when the article was written, and is no error of it",
	},
	{
		Name: "buckets-first", Chapter: "2.1", Says: "a read looks into buckets first, and then into oldbuckets",
		Article: claims.NoFigure,
		Places:  at("2.1, item 2"), Sources: []string{oldMaps + ": mapaccess1"}, Settled: claims.Fails,
		Truth: "The other way round, in the Go that had them: mapaccess1 takes the old bucket as long as it has " +
			"not been moved, and looks into one of the two alone.",
	},
	{
		Name: "bucket-at-a-time", Chapter: "2.1", Says: "evacuate moves one bucket at a time", Article: claims.NoFigure,
		Places: at("2.1, item 3"), Sources: []string{oldMaps + ": growWork, evacuate"},
		Tests: []string{"TestMapsAreSwissTables"}, Settled: claims.NotHere,
		Truth: "Up to Go 1.23 it did, and each write moved up to two; now a table of up to 1024 slots is moved " +
			"by the one assignment that finds it full.",
	},
	{
		Name: "light-lock", Chapter: "2.1",
		Says: "tophash[0] = evacuatedNext is a light lock against moving a bucket twice", Article: claims.NoFigure,
		Places: at("2.1, code 1", "2.1, paragraph 3"), Sources: []string{oldMaps + ": the constants of tophash"},
		Tests: []string{"TestNoMapHasAMarkOfMoving"}, Settled: claims.Fails,
		Truth: "No Go has evacuatedNext. The marks were evacuatedX, evacuatedY and evacuatedEmpty: written when a " +
			"bucket had been moved, by a plain store, and no lock. Two goroutines in there end the process.",
	},
	{
		Name: "evacuating-goroutine", Chapter: "2.1", Says: "a goroutine evacuates a map in portions",
		Article: claims.NoFigure,
		Places:  at("2.1, diagram 1"), Sources: []string{oldMaps + ": growWork"},
		Tests: []string{"TestNoGoroutineMovesMaps"}, Settled: claims.Fails,
		Truth: "No map ever had one: those who assign and delete do the moving.",
	},
	{
		Name: "concurrent-writes", Chapter: "2.2",
		Says: "two goroutines that write one map end the process, by a throw", Article: claims.NoFigure,
		Places: at("2.2, code 1", "2.2, paragraph 2", "2.2, diagram 1", "4.2, paragraph 1"),
		Fixes:  by("safe-map-rwmutex", "safe-map-syncmap", "safe-map-sharded", "safe-map-xsync"),
		Rule: claims.Rule{
			Improved: claims.Holds, NoDifference: claims.Undecided, Regressed: claims.Fails,
			Why: "the before arm did not crash, or no more than the other",
		},
		Truth: "The heading calls it a panic; it is none, as the text says itself: it does not return, and no " +
			"deferred function can recover from it. Since Go 1.19 the function is fatal and not throw, with the " +
			"same message.",
		Changed: "the article calls it a panic in a heading, and says in the text that throw does not return and " +
			"ends the program",
	},
	{
		Name: "noticed-at-once", Chapter: "2.2",
		Says: "the runtime notices as soon as two goroutines write one map", Article: claims.NoFigure,
		Places: at("2.2, paragraph 1"), Tests: []string{"TestTheMarkOfWritingIsNotAtomic"}, Settled: claims.Fails,
		Sources: []string{"release notes of Go 1.6: best-effort detection of concurrent misuse of maps"},
		Truth: "It does its best: the mark is a plain byte that is toggled. How long processes lived that " +
			"shared a map is beside the claim before this one.",
	},
	{
		Name: "atomic-mark", Chapter: "2.2", Says: "hashWriting, 4, is an atomic mark", Article: "4",
		Places: at("2.2, paragraph 2", "2.1, paragraph 2"),
		Of:     &claims.Quantity{What: "the value of hashWriting", When: "-", By: "a statement, and no measurement"},
		Tests:  []string{"TestTheMarkOfWritingIsNotAtomic"}, Sources: []string{oldMaps + ": flags"},
		Settled: claims.Fails,
		Truth: "4 it was, up to Go 1.23, and a plain bit of a byte; now it is a byte by itself, writing, and as " +
			"plain.",
	},
	{
		Name: "throw-message", Chapter: "2.2", Says: "throw takes its message as a string", Article: claims.NoFigure,
		Places: at("2.2, table 1, row 1"), Tests: []string{"TestThrowTakesAMessageAlone"}, Settled: claims.Holds,
		Truth: "And so does fatal.",
	},
	{
		Name: "throw-pc", Chapter: "2.2", Says: "throw takes the address of its caller as pc", Article: claims.NoFigure,
		Places: at("2.2, table 1, row 2"), Tests: []string{"TestThrowTakesAMessageAlone"}, Settled: claims.Fails,
		Truth: "It has one parameter; the runtime walks the stack by itself.",
	},
	{
		Name: "explicit-cancel", Chapter: "2.3",
		Says: "a cancel func in a map was handed on explicitly, as a parameter or a value", Article: claims.NoFigure,
		Places: at("2.3, paragraph 1", "2.3, paragraph 2", "2.3, table 1, row 1", "2.3, table 1, row 2"),
		Tests:  []string{"TestACancelFuncCanBeHandedOnAsAValue"}, Settled: claims.Holds,
		Truth: "Both work. The documentation of context keeps values for data of a request, and a parameter is " +
			"seen by the compiler.",
	},
	{
		Name: "no-op-cancel", Chapter: "2.3",
		Says: "a cancel func beside a value that does nothing breaks propagation", Article: claims.NoFigure,
		Places: at("2.3, code 1", "2.3, paragraph 2", "2.3, diagram 1"),
		Fixes:  by("cancel-in-value"), Rule: claims.Stands,
		Truth: "What waits for the value's context waits for ever; the func has to be that of the context.",
	},
	{
		Name: "func-carries", Chapter: "2.3",
		Says: "cancelling ends at a function that is not handed the cancel func", Article: claims.NoFigure,
		Places: at("2.3, table 1, row 3"), Tests: []string{"TestCancellingNeedsNoCancelFuncOnItsWay"},
		Settled: claims.Fails,
		Truth: "The context carries it, to all who have the context or one below it; the func is for who wants " +
			"to cancel.",
	},
}
