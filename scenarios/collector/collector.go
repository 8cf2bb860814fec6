// Package collector is the service under test: a metrics collector that builds Go maps and talks to etcd.
//
// Once a second, off the measured path, it reads pages of metrics and its own registry. An operation of the stream
// "batch" fills a reused map with every series and hands it on; one of the stream "publish" writes the newest complete
// batch to etcd under a lease. Beside them a registration is kept alive and the configuration is watched.
//
// Without a cluster the pages are synthetic, and there is nothing to publish to, to register with or to watch: batches
// are built, counted and handed on by the same code, so that a fix whose cost does not lie in etcd shows there as well.
package collector

import (
	"time"

	"aftershock/harness"
	"aftershock/results/ops"
)

// The streams that the collector serves.
const (
	BatchStream   = "batch"
	PublishStream = "publish" // with a cluster only
	RecordStream  = "record"  // with a cluster only, where a scenario asks for it
)

// The counters that the collector keeps beside latency.
const (
	UnderCancelled = "batches_under_cancelled_context"
	HeldAcrossRPC  = "lock_held_across_rpc_leaderless"
	LeasesLost     = "leases_lost"
	ScrapesFailed  = "scrapes_failed"
	// The rest are kept only in runs of a fix that declares them.
	LogLines     = "log_lines"     // that came out of the log's pipe
	CancelParent = "cancel_parent" // how long it took, in ns, to cancel the context under which all requests were begun

	// Of records, what became of them.
	FalseFailures    = "false_failures"    // whose caller was told that they are not kept, and they are
	Duplicates       = "duplicates"        // copies beyond the first
	RecordsLost      = "records_lost"      // whose caller was told that they are kept, and they are not
	SurfacedFailures = "surfaced_failures" // whose caller was told of a failure before its deadline
	TimeHung         = "time_hung"         // that writes took beyond a second each, in ns
	// And what happened to both arms alike.
	AmbiguousWrites   = "ambiguous_writes"       // attempts on the wire whose error left open whether they are committed
	ProposalsDropped  = "proposals_dropped"      // attempts on the wire that raft refused
	RecordsLeaderless = "records_without_leader" // that were to be written while the watch had lost its leader
)

// RecordCounters are those for which the records are looked at when all is over. A fix that declares one of them declares
// all: an arm that has fewer duplicates because it loses records would look better.
var RecordCounters = []ops.Counter{
	{Name: FalseFailures, Unit: "records", Better: ops.Lower}, {Name: Duplicates, Unit: "copies", Better: ops.Lower},
	{Name: RecordsLost, Unit: "records", Better: ops.Lower},
}

// The periods of what a scenario asks for.
const (
	cancelPeriod = 20 * time.Millisecond // of which the shared context is cancelled for the share that the scenario gives
)

// The settings that a scenario gives.
const (
	SeriesSetting = "series" // how many series a batch has

	// The rest are 0 where a scenario does not give them, and what they ask for is then not done.
	CancelledSetting = "cancelled" // percent of the time in which the shared context is cancelled; without a cluster only
	ReadsSetting     = "reads"     // percent of reads among a batch's accesses to the table that all builders share
	RequestsSetting  = "requests"  // how many requests to sources a batch begins and ends
	HangSetting      = "hang"      // milliseconds that the dependency takes to answer which each batch has looked up
)

// New makes the collector with the given seams. The counters are those that the seams report to beside the collector's own.
func New(seams Seams, counters ...ops.Counter) harness.Workload { return workload{seams, counters} }

type workload struct {
	seams    Seams
	counters []ops.Counter
}

func (w workload) Describe() harness.Description {
	return harness.Description{
		Streams: map[string]string{
			BatchStream: "build time", PublishStream: "age of the snapshot when it was acknowledged", RecordStream: "",
		},
		Clustered: []string{PublishStream, RecordStream},
		Optional:  []string{RecordStream},
		Settings:  []string{SeriesSetting, CancelledSetting, ReadsSetting, RequestsSetting, HangSetting},
		Counters: append([]ops.Counter{
			{Name: UnderCancelled, Unit: "batches"}, {Name: HeldAcrossRPC, Unit: "ns"},
			{Name: LeasesLost, Unit: "leases", Better: ops.Lower}, {Name: ScrapesFailed, Unit: "scrapes", Better: ops.Lower},
		}, w.counters...),
	}
}
