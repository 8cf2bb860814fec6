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

// Of ticks, publications, records and lookups: those that began after the watch had reported that there is no leader.
// Both arms ask that before they do anything, so that both are known to have met the same condition.
const (
	TicksLeaderless     = "ticks_leaderless"
	PublishesLeaderless = "publishes_leaderless"
	RecordsLeaderless   = "records_leaderless"
	LookupsLeaderless   = "lookups_leaderless"
)

// What the service itself met outside of a seam, on the same link: its publisher and its watch are the same in both
// arms of a fix of something else.
const (
	PublishesOpen = "publishes_open" // publications whose error left open whether they are committed
	// how often its watch was told that what it wants next has been compacted
	ConfigCompacted = "config_watch_compacted"
)

// Of records: what became of them, and what happened to both arms alike.
const (
	FalseFailures    = "false_failures"    // whose caller was told that they are not kept, and they are
	Duplicates       = "duplicates"        // copies beyond the first
	RecordsLost      = "records_lost"      // whose caller was told that they are kept, and they are not
	SurfacedFailures = "surfaced_failures" // whose caller was told of a failure before its deadline
	DroppedFailed    = "dropped_failed"    // of which raft refused an attempt, and whose caller was told of a failure, whenever
	TimeHung         = "time_hung"         // that writes took beyond a second each, in ns

	WriteAttempts    = "write_attempts"    // attempts that went out to a member
	AmbiguousWrites  = "ambiguous_writes"  // attempts on the wire whose error left open whether they are committed
	ProposalsDropped = "proposals_dropped" // attempts on the wire that raft refused
)

// RecordCounters are the counters of the audit of records at the end. A fix that declares one of them declares all: an
// arm that has fewer duplicates because it loses records would look better.
var RecordCounters = []ops.Counter{
	{Name: FalseFailures, Unit: "records", Better: ops.Lower}, {Name: Duplicates, Unit: "copies", Better: ops.Lower},
	{Name: RecordsLost, Unit: "records", Better: ops.Lower},
}

// TableCounters are for fixes of tables to declare: how often the table was read, and how often that found a value.
// Both follow from the load alone, and the share of them says whether the load is one.
var TableCounters = []ops.Counter{
	{Name: results.TableReads, Unit: "reads"}, {Name: results.TableHits, Unit: "reads"},
}

// Of followers.
const (
	SilentWatch = "silent_watch" // time in which a follower had not seen what was acknowledged, in ns; see follow.go
	// followers that are silent at the end, so that the time is at least what was seen
	SilentAtEnd      = "silent_watch_end"
	FollowersBehind  = "followers_behind"  // that at the end had not seen what was acknowledged 1.5 s before
	WatchesCompacted = "watches_compacted" // that were told that what they want next has been compacted
	Relists          = "relists"           // lists that followers asked for, those with which they began left out
	RelistPeak       = "relist_peak"       // the most of those that were served, asked for within 10 ms
)

// SilenceCounters are the counters that fixes of followers declare.
var SilenceCounters = []ops.Counter{
	{Name: SilentWatch, Unit: "ns", Better: ops.Lower, Cut: SilentAtEnd}, {Name: SilentAtEnd, Unit: "followers"},
	{Name: FollowersBehind, Unit: "followers", Better: ops.Lower},
}

// Of lookups.
const (
	LookupsStale       = "lookups_stale"       // whose answer had been written more than two seconds before they began
	WireAttempts       = "wire_attempts"       // of reads of requests that went out to a member
	AttemptsUnanswered = "attempts_unanswered" // those of them to which nothing ever came back
)
