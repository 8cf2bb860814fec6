package collector

import (
	"aftershock/results"
	"aftershock/results/ops"
)

// The counters that the collector keeps besides latency, in every run.
const (
	UnderCancelled = "batches_under_cancelled_context" // that began while the shared context was cancelled
	LeasesLost     = "leases_lost"
	ScrapesFailed  = "scrapes_failed"
)

// The rest are kept only in runs of a fix that declares them.
const (
	LogLines = "log_lines" // that came out of the log's pipe
	// how long it took, in ns, to cancel the context under which all requests were begun
	CancelParent      = "cancel_parent"
	DependencyLookups = "dependency_lookups" // lookups of the dependency that were begun
	// that went on with a configuration that was last confirmed more than a second before
	TicksOutdated = "ticks_outdated"
)

// Of ticks and publications: those that began after the watch had reported that there is no leader. Both arms ask that
// before they do anything, so that both are known to have met the same condition.
const (
	TicksLeaderless     = "ticks_leaderless"
	PublishesLeaderless = "publishes_leaderless"
)

// What the service itself met outside of a seam, on the same link: its publisher and its watch are the same in both
// arms of a fix of something else.
const (
	PublishesOpen = "publishes_open" // publications whose error left open whether they are committed
	// how often its watch was told that what it wants next has been compacted
	ConfigCompacted = "config_watch_compacted"
)

// TableCounters are for fixes of tables to declare: how often the table was read, and how often that found a value.
// Both follow from the load alone, and the share of them says whether the load is one.
var TableCounters = []ops.Counter{
	{Name: results.TableReads, Unit: "reads"}, {Name: results.TableHits, Unit: "reads"},
}
