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
)

// The settings that a scenario gives.
const (
	SeriesSetting = "series" // how many series a batch has
)

// New makes the collector with the given seams.
func New(seams Seams) harness.Workload { return workload{seams} }

type workload struct{ seams Seams }

func (workload) Describe() harness.Description {
	return harness.Description{
		Streams:   map[string]string{BatchStream: "build time", PublishStream: "age of the snapshot when it was acknowledged"},
		Clustered: []string{PublishStream},
		Settings:  []string{SeriesSetting},
		Counters: []ops.Counter{
			{Name: UnderCancelled, Unit: "batches"}, {Name: HeldAcrossRPC, Unit: "ns"},
			{Name: LeasesLost, Unit: "leases", Better: ops.Lower}, {Name: ScrapesFailed, Unit: "scrapes", Better: ops.Lower},
		},
	}
}
