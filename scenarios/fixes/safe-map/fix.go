package safemap

import (
	"aftershock/results"
	"aftershock/scenarios/collector"
)

// Fixes compares each safe table with the one that nothing protects, by whether the process survives; and two that both
// survive, as the article does, by how much they can do.
var Fixes = []collector.Fix{
	fix("safe-map-rwmutex", "a map under an RWMutex", newLocked),
	fix("safe-map-syncmap", "sync.Map", newConcurrent),
	shardedFix(),
	fix("safe-map-xsync", "xsync.Map", newStriped),
	advice("safe-map-advice", "sync.Map 1240k, RWMutex 980k operations/s", rwmutex, kind{"sync.Map", newConcurrent},
		results.Price{Metric: results.Metric{Name: "heap_peak"}, Says: "each new key is boxed"}),
	advice("safe-map-shared-reads", "", kind{"a map under a Mutex", newExclusive}, rwmutex,
		results.Price{Metric: results.Metric{Name: "service_p99", Phase: results.Steady},
			Says: "a writer waits for all readers"}),
}

// kind is a way to make a table.
type kind struct {
	says string
	make func(room int) collector.Table
}

var rwmutex = kind{"a map under an RWMutex", newLocked}

const scenario = "shared-map-reads-95"

func fix(name, repair string, table func(room int) collector.Table) collector.Fix {
	return collector.Fix{
		Fix: results.Fix{
			Name: name, Family: "safe-map", Summary: "a map that builders share without a lock -> " + repair,
			Claim:    "concurrent map writes end the process, and a safe map keeps it alive",
			Scenario: scenario, ClusterFree: scenario,
			Primary: results.Metric{Name: "crashed"},
			Price: results.Price{
				Metric: results.Metric{Name: "service_p99", Phase: results.Steady},
				Says:   "each access pays for its safety; the arm that crashes has no figure to compare it with",
			},
			Guards: collector.SteadyGuards,
		},
		Counters: collector.TableCounters,
		Before:   func(s *collector.Seams) { s.NewTable = newUnprotected },
		After:    func(s *collector.Seams) { s.NewTable = table },
	}
}

// shardedFix is the one whose table has a number of its own.
func shardedFix() collector.Fix {
	f := fix("safe-map-sharded", "64 maps under locks of their own", newSharded)
	f.Constants = map[string]string{"shards": "several maps under several locks are the repair, and before has one map"}
	return f
}

// advice is a comparison that the article makes: which of two tables does more.
func advice(name, article string, before, after kind, price results.Price) collector.Fix {
	return collector.Fix{
		Fix: results.Fix{
			Name: name, Family: "safe-map", Summary: before.says + " -> " + after.says + ", as the article advises",
			Claim:    after.says + " does more operations a second than " + before.says,
			Article:  article,
			Scenario: scenario, ClusterFree: scenario,
			Primary: results.Metric{Name: "table_operations", Phase: results.CapacityCalm},
			Price:   price,
			Guards:  collector.SteadyGuards,
		},
		Counters: collector.TableCounters,
		Before:   func(s *collector.Seams) { s.NewTable = before.make },
		After:    func(s *collector.Seams) { s.NewTable = after.make },
	}
}
