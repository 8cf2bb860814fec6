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

	// Of followers.
	SilentWatch      = "silent_watch"      // time in which a follower had not seen what was acknowledged, in ns; see follow.go
	WatchesCompacted = "watches_compacted" // that were told that what they want next has been compacted
	Relists          = "relists"           // lists that followers asked for, those with which they began left out
	RelistPeak       = "relist_peak"       // the most of them in 10 ms
)

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
	FollowersSetting = "followers" // how many follow a directory that somebody changes; with a cluster only
	DirectorySetting = "directory" // how many keys that directory has beside the one that changes
)

// New makes the collector with the given seams. The counters are those that the seams report to beside the collector's own.
func New(seams Seams, counters ...ops.Counter) harness.Workload { return workload{seams, counters} }

type workload struct {
	seams    Seams
	counters []ops.Counter
}

func (w workload) Describe() harness.Description {
	return harness.Description{
		Streams:   map[string]string{BatchStream: "build time", PublishStream: "age of the snapshot when it was acknowledged"},
		Clustered: []string{PublishStream},
		Settings:  []string{SeriesSetting, CancelledSetting, ReadsSetting, RequestsSetting, HangSetting, FollowersSetting, DirectorySetting},
		Counters: append([]ops.Counter{
			{Name: UnderCancelled, Unit: "batches"}, {Name: HeldAcrossRPC, Unit: "ns"},
			{Name: LeasesLost, Unit: "leases", Better: ops.Lower}, {Name: ScrapesFailed, Unit: "scrapes", Better: ops.Lower},
		}, w.counters...),
	}
}
