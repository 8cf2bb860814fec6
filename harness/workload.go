package harness

import (
	"context"
	"crypto/tls"
	"sync/atomic"

	"aftershock/chaos"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"

	"google.golang.org/grpc"
)

// Prefix is what every key of a workload has to begin with.
const Prefix = chaos.Prefix

// Workload is the service under test, with one arm's implementations in its seams.
type Workload interface {
	// Describe says what the service records beside latency.
	Describe() Description
	// Start makes the service ready to be driven: connected, registered, its input read once.
	Start(ctx context.Context, env Env) (Service, error)
}

// Description is what ops.bin has to make room for, and what a scenario has to give.
type Description struct {
	Streams   map[string]string // each stream that it serves -> what Record.Aux means there
	Clustered []string          // those streams that need a cluster; without one they have no operation
	Optional  []string          // those streams that a scenario may leave out
	Settings  []string          // the names of the settings that it reads
	// Refuses says what of a scenario's settings cannot be done, with or without a cluster; nil when all can.
	Refuses  func(settings Settings, clustered bool) error
	Counters []ops.Counter
}

// Service is a workload that runs.
type Service interface {
	// Operation is what one operation of a stream does; nil if there is no such stream. It is called by many goroutines.
	Operation(stream string) func(*load.Op)
	// Batch does one operation of the batch stream outside of the open loop, for the capacity windows, and tells whether
	// it was complete.
	Batch() (complete bool)
	// TableOperations is how many operations on a table that all share, and nothing else, a call of Batch is; 0 where it is a
	// batch.
	TableOperations() uint64
	// Stop ends everything that the service started.
	Stop(ctx context.Context) error
}

// Env is what a workload is given by the harness.
type Env struct {
	Endpoint string   // the client link to the member that the client is pinned to; empty without a cluster
	Metrics  []string // the members' /metrics pages, past all links; none without a cluster
	// Links are the client links of all clients that the plan pins, by name; each leads to the member that its own was
	// pinned to. A workload that knows several endpoints dials more than one. None without a cluster.
	Links map[string]string
	// Members are the members' client URLs past all links, such as http://127.0.0.1:2379: for what has to know what is true
	// while the service under test cannot, and for others who write to the same cluster. None without a cluster.
	Members  []string
	User     string // the name by which members know the client; empty where they ask for none
	Password Secret
	Dial     []grpc.DialOption // that every client of the cluster is made with
	Settings Settings
	Streams  []string // those that the scenario drives
	// TLS is what the client dials with; nil without TLS. It reads the client's certificate anew at each handshake: a fault
	// may have replaced it.
	TLS *tls.Config
	// Counters names the counters that this trial keeps: those of the Description, and those of all fixes that share an arm
	// with this one. What a workload looks at only to count it, it looks at when the counter is named here.
	Counters []string
	// Counter gives one of them, which outlives a crash. It panics for any other.
	Counter func(name string) *atomic.Uint64
	// Signal tells the orchestrator what the service went through, with when.
	Signal func(what Signal, at clock.Nanos)
	// Capacity is the number of goroutines that call Batch in a capacity window.
	Capacity int
	// Seed is of everything random that the workload does. Both arms of a pair have the same, every pair has another.
	Seed uint64
}

// Signal is something that the service went through and that says nothing about its arm.
type Signal string

// The signals.
const (
	LeaderGone Signal = "no-leader"   // the watch was cancelled with ErrNoLeader
	LeaderBack Signal = "leader-back" // a new watch was created
)

// Fix is one defect and its repair: what the analysis has to know of it, and the workload of either side.
type Fix struct {
	results.Fix
	Workload func(side results.Arm) Workload
	// Holds gives what makes the workload of a side what it is. Sides of two fixes that hold deeply equal values are one arm,
	// and run once for both. Nil, or a function that gives nil, shares no arm.
	Holds func(side results.Arm) any
	// Lacking lists what a scenario does not give that the fix needs to be judged there, in words. Nil needs nothing.
	Lacking func(Scenario) []string
}

// Registry is what a child of this binary has to find again: the fixes, in the order in which they are listed.
type Registry struct {
	Fixes []Fix
}
