package article

import (
	"aftershock/results"
	"aftershock/scenarios/article/claims"
)

// tableOperations is what a closed loop does that reads and writes the shared table and nothing else.
var tableOperations = results.Metric{Name: "table_operations", Phase: results.CapacityCalm}

// pressureTest is whose figures those of 4.2 are.
const pressureTest = "the author's own, of one load test on 16 cores; keys, share of reads and number of " +
	"measurements are not given"

// reads95 is the run whose share of reads is that of what sync.Map is made for: the article's is not known.
const reads95 = "shared-map-reads-95"

// maps4 compares maps that are safe for several goroutines.
var maps4 = []claims.Claim{
	{
		Name: "sync-map", Chapter: "4.2", Says: "sync.Map does more than a map under an RWMutex",
		Article: "980k -> 1240k operations/s",
		Places:  at("4.2, table 1, row 1", "4.2, table 1, row 2"),
		Of: &claims.Quantity{What: "operations a second", When: "a map under an RWMutex -> sync.Map",
			By: pressureTest},
		Fixes: []claims.Evidence{
			{Fix: "safe-map-advice", Scenario: reads95, Metric: tableOperations, Unit: "operations/s"},
			{Fix: "safe-map-advice", Scenario: "shared-map-reads-50", Metric: tableOperations, Unit: "operations/s"},
			{Fix: "safe-map-advice", Scenario: "shared-map-reads-5", Metric: tableOperations, Unit: "operations/s"},
		},
		Rule: claims.Rule{Improved: claims.Holds, NoDifference: claims.Fails, Regressed: claims.Fails,
			Expects: claims.Conditional},
		Truth: "It depends on the share of reads and on the number of cores; sync.Map is made for keys that are " +
			"written once.",
	},
	{
		Name: "sync-map-latency", Chapter: "4.2", Says: "sync.Map takes less time an operation",
		Article: "15.3 -> 12.8 us",
		Places:  at("4.2, table 1, row 1", "4.2, table 1, row 2"),
		Of: &claims.Quantity{What: "average latency", When: "a map under an RWMutex -> sync.Map",
			By: pressureTest},
		Fixes: []claims.Evidence{{Fix: "safe-map-advice", Scenario: reads95, Metric: tableOperations,
			Unit: "operations/s"}}, Rule: claims.Stands,
		Truth: "In a closed loop the average is the inverse of the throughput: 16 at a time, at 1240k and 980k " +
			"operations/s, take 12.9 and 16.3 us each. So the article's two columns are one figure, and so are " +
			"ours.",
	},
	{
		Name: "sync-map-collector", Chapter: "4.2", Says: "sync.Map makes less work for the garbage collector",
		Article: "middling -> little",
		Places:  at("4.2, table 1, row 1", "4.2, table 1, row 2"),
		Of: &claims.Quantity{What: "pressure on the garbage collector", When: "a map under an RWMutex -> " +
			"sync.Map", By: pressureTest},
		Fixes: of(reads95, results.Metric{Name: "gc_cpu"}), Rule: claims.Stands,
		Truth: "A value that is stored in sync.Map is allocated anew; a map's slot is written in its place. What " +
			"does more in its closed loop also leaves more behind there.",
	},
	{
		Name: "sync-map-memory", Chapter: "4.2", Says: "sync.Map takes more memory", Article: "little -> middling",
		Places: at("4.2, table 1, row 1", "4.2, table 1, row 2"),
		Of:     &claims.Quantity{What: "memory", When: "a map under an RWMutex -> sync.Map", By: pressureTest},
		Fixes:  of(reads95, results.Metric{Name: "heap_peak"}), Rule: claims.Harms,
		Truth: "A node for each key, and what was stored before until it is collected.",
	},
	{
		Name: "sync-map-reads", Chapter: "4.2", Says: "sync.Map is made for many reads and few writes",
		Article: claims.NoFigure,
		Places:  at("4.2, item 1"), Sources: []string{"Go's documentation of sync.Map"}, Settled: claims.Conditional,
		Truth: "It says for keys that are written once and read many times, or that each goroutine has for itself. " +
			"Many reads of keys that are written again and again are neither.",
	},
	{
		Name: "sync-map-halves", Chapter: "4.2",
		Says: "sync.Map has a read and a write half, deletes lazily and reads without a lock", Article: claims.NoFigure,
		Places: at("4.2, paragraph 2", "4.2, diagram 1"), Tests: []string{"TestSyncMapIsAHashTrie"},
		Settled: claims.NotHere,
		Truth: "Up to Go 1.23 it had them. Since 1.24 it is a concurrent hash trie, and that reads take no lock " +
			"is still so. It boxes its values then and now.",
	},
	{
		Name: "rwmutex-beats-mutex", Chapter: "4.2",
		Says: "a map under an RWMutex does more than one under a Mutex where reads are many", Article: claims.NoFigure,
		Places: at("4.2, paragraph 2"), Fixes: by("safe-map-shared-reads"), Rule: claims.Stands,
		Truth: "Readers let each other in, and each of them writes the lock's counter twice: with few cores and " +
			"short reads there is little to win.",
	},
	{
		Name: "rwmutex-reads", Chapter: "4.2",
		Says: "each Load under an RWMutex takes two atomic operations, to lock and to unlock", Article: claims.NoFigure,
		Places: at("4.2, paragraph 2"), Tests: []string{"TestAReadLockIsTwoAtomicOperations"}, Settled: claims.Holds,
		Truth: "When no writer waits.",
	},
}

// of is the comparison of the article's own two maps by another figure.
func of(scenario string, m results.Metric) []claims.Evidence {
	return []claims.Evidence{{Fix: "safe-map-advice", Scenario: scenario, Metric: m}}
}
