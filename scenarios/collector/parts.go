package collector

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector/followers"
	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"
	"aftershock/scenarios/collector/registry"
)

// Seams are what a fix replaces in the service. Each is one small interface; a fix's two arms implement one of
// them twice, and every other seam holds its repaired form in both arms.
type Seams struct {
	Builder Builder
	Maps    Maps
	// NewBoard makes the board of one service.
	NewBoard func() Board
	// NewTable makes a table with room for so many keys.
	NewTable func(room int) Table
	// NewReporter makes a reporter that writes to a log.
	NewReporter func(log io.Writer) Reporter
	// NewRefresher makes a refresher of what a dependency tells, which may take long, and ends with its context.
	NewRefresher func(lookup func(context.Context) error) Refresher
	NewRequests  func() Requests
	// NewTicker makes what ticks begin with. Service ends with the service; read brings the configuration up to date,
	// may take as long as its context lasts, and is called by any number at a time.
	NewTicker func(service context.Context, read func(context.Context) error) Ticker

	// Those of the parts that have a life of their own.

	// NewRegistrar makes a registrar of an entry in the registry, which reaches etcd by the client on its wire.
	NewRegistrar func(on part.Wire) registry.Registrar
	// NewWriter makes a writer of records, on the wire that it is given.
	NewWriter func(on part.Wire) records.Writer
	// NewFollower makes one of many followers, on the wire that it is given. No two of a service have the same seed.
	NewFollower func(on part.Wire, seed uint64) followers.Follower
	// NewReader makes a reader that reaches etcd over a wire of its own.
	NewReader func(on part.Wire) lookups.Reader
}

// parts are all that the service can do, in the order in which what is asked for starts. The first ones belong to the
// service itself, and have no life of their own.
func (s Seams) parts() []part.Part {
	return []part.Part{
		batches, table, requests, dependency, ticking, publishing, watching, reports,
		registry.Part(s.NewRegistrar), followers.Part(s.NewFollower),
		records.Part(s.NewWriter), lookups.Part(s.NewReader),
	}
}

// The streams of the service itself.
const (
	BatchStream   = "batch"
	PublishStream = "publish" // with a cluster only
)

// The settings of the service itself. All but the first are 0 where a scenario does not give them, and what they ask
// for is then not done.
const (
	SeriesSetting    = "series"    // how many series a batch has
	CancelledSetting = "cancelled" // percent of the time in which the shared context is cancelled
	ReadsSetting     = "reads"     // percent of reads among a batch's accesses to the table that all builders share
	// 1 for a closed loop that builds no batch: a turn of it is the table's operations, one a series, and nothing else.
	TableAloneSetting = "table-alone"
	RequestsSetting   = "requests" // how many requests to sources a batch begins and ends
	HangSetting       = "hang"     // milliseconds that the dependency takes to answer which each batch has looked up
	TicksSetting      = "ticks"    // of so many batches one is a tick, which needs the configuration
)

// Age is the age of the newest published snapshot as readers see it, also while publishing fails: no arm wins by
// leaving them with the old one.
const Age = "age_p50"

var (
	batches = part.Part{
		Stream: harness.Served{Name: BatchStream, Role: ops.Primary, Aux: "build time"},
		Settings: []part.Setting{
			{Name: SeriesSetting, Least: 1, Most: 1_000_000}, // some 100 bytes each, in every batch that is being built
			{Name: CancelledSetting, Most: 100, Alone: "with one, the loss of its leader cancels"},
		},
	}
	table = part.Part{
		Seam: "NewTable", Settings: []part.Setting{{Name: ReadsSetting, Most: 100}, {Name: TableAloneSetting, Most: 1}},
	}
	requests = part.Part{
		Seam: "NewRequests", Settings: []part.Setting{{Name: RequestsSetting, Most: 1000}},
		Figures: []string{CancelParent},
	}
	dependency = part.Part{
		Seam: "NewRefresher", Settings: []part.Setting{{Name: HangSetting, Most: 3_600_000}},
		Figures: []string{DependencyLookups},
	}
	ticking = part.Part{
		Seam: "NewTicker",
		Settings: []part.Setting{
			{Name: TicksSetting, Most: 1_000_000, Clustered: "a tick reads the configuration from it"},
		},
		Figures: []string{TicksLeaderless, TicksOutdated},
	}
	publishing = part.Part{
		Seam: "NewBoard",
		Stream: harness.Served{
			Name: PublishStream, Role: ops.Snapshots, Clustered: true,
			Aux: "age of the snapshot when it was acknowledged",
		},
		Figures: []string{PublishesLeaderless, PublishesOpen, "publish_goodput", "staleness_p50", Age, "age_max"},
	}
	watching = part.Part{
		Figures: []string{ConfigCompacted, results.RaftLeaderless, results.RaftElections}, Lacking: noCluster,
	}
	reports = part.Part{Seam: "NewReporter", Figures: []string{UnderCancelled, LogLines}, Lacking: noCancellation}
)

func noCluster(s harness.Scenario) string {
	if s.Cluster.Members == 0 {
		return "cluster"
	}
	return ""
}

// noCancellation says what would cancel the shared context: the loss of a leader, or the clock.
func noCancellation(s harness.Scenario) string {
	if s.Workload[CancelledSetting] == 0 && !s.Faults.Holds() {
		return fmt.Sprintf("fault that is held, or workload setting %q", CancelledSetting)
	}
	return ""
}

// partOf is the part whose figure it is; ok is false for one that every scenario has.
func partOf(m results.Metric) (of part.Part, ok bool) {
	for _, p := range (Seams{}).parts() {
		ofStream := p.Stream.Role == ops.Plain && p.Stream.Name != "" && m.Phase != "" &&
			strings.HasPrefix(m.Name, p.Stream.Name+"_")
		if ofStream || slices.Contains(p.Figures, m.Name) {
			return p, true
		}
	}
	return part.Part{}, false
}
