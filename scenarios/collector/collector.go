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

// New makes the collector with the given seams. The seams report to the given counters, besides the collector's own.
func New(seams Seams, counters ...ops.Counter) harness.Workload { return workload{seams, counters} }

type workload struct {
	seams    Seams
	counters []ops.Counter
}

func (w workload) Describe() harness.Description {
	return harness.Description{
		Client: "collector", Streams: streams, Settings: settingNames(), Refuses: checkSettings,
		Counters: append([]ops.Counter{
			{Name: UnderCancelled, Unit: "batches"}, {Name: LeasesLost, Unit: "leases", Better: ops.Lower},
			{Name: ScrapesFailed, Unit: "scrapes", Better: ops.Lower},
		}, w.counters...),
	}
}
