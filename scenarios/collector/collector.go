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
	"errors"
	"fmt"

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
	d := harness.Description{Client: "collector", Refuses: checkSettings, Counters: append([]ops.Counter{
		{Name: UnderCancelled, Unit: "batches"}, {Name: LeasesLost, Unit: "leases", Better: ops.Lower},
		{Name: ScrapesFailed, Unit: "scrapes", Better: ops.Lower},
	}, w.counters...)}
	for _, p := range w.seams.parts() {
		if p.Stream.Name != "" {
			d.Streams = append(d.Streams, p.Stream)
		}
		for _, s := range p.Settings {
			d.Settings = append(d.Settings, s.Name)
		}
	}
	return d
}

// checkSettings refuses what the workload cannot do.
func checkSettings(given harness.Settings, clustered bool) error {
	var errs []error
	for _, p := range (Seams{}).parts() {
		for _, s := range p.Settings {
			errs = append(errs, s.Check(given[s.Name], clustered))
		}
	}
	if given[TableAloneSetting] > 0 && given[ReadsSetting] == 0 {
		errs = append(errs, fmt.Errorf("the workload's setting %q is 1, and %q is 0: there is no table to "+
			"measure (allowed with it: %s of 1 to 100)",
			TableAloneSetting, ReadsSetting, ReadsSetting))
	}
	return errors.Join(errs...)
}
