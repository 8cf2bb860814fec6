package records

import (
	"aftershock/results"
	"aftershock/results/ops"
)

// What became of records, and what happened to both arms alike.
const (
	FalseFailures    = "false_failures"    // whose caller was told that they are not kept, and they are
	Duplicates       = "duplicates"        // copies beyond the first
	Lost             = "records_lost"      // whose caller was told that they are kept, and they are not
	SurfacedFailures = "surfaced_failures" // whose caller was told of a failure before its deadline
	DroppedFailed    = "dropped_failed"    // of which raft refused an attempt, and whose caller was told of a failure
	TimeHung         = "time_hung"         // that writes took beyond a second each, in ns
	// Leaderless are those that began after the watch had reported that there is no leader.
	Leaderless = "records_leaderless"

	Attempts         = "write_attempts"    // attempts that went out to a member
	Ambiguous        = "ambiguous_writes"  // attempts on the wire whose error left open whether they are committed
	ProposalsDropped = "proposals_dropped" // attempts on the wire that raft refused
)

// Counters are those of the audit at the end. A fix that declares one of them declares all: an arm that has fewer
// duplicates because it loses records would look better.
var Counters = []ops.Counter{
	{Name: FalseFailures, Unit: "records", Better: ops.Lower}, {Name: Duplicates, Unit: "copies", Better: ops.Lower},
	{Name: Lost, Unit: "records", Better: ops.Lower},
}

// Guards are the guards of a fix of how records are written, judged where the cluster is in trouble: no arm wins by
// throwing records away, or at the expense of the calm.
var Guards = []results.Metric{
	{Name: "goodput", Phase: results.Steady},
	{Name: "partial"},
	{Name: "record_goodput", Phase: results.Steady},
	{Name: Lost},
}
