package harness

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"slices"
	"sync/atomic"
	"time"

	"aftershock/chaos"
	"aftershock/harness/cluster"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"

	"google.golang.org/grpc"
)

// WorkerFile is the name of a worker that is built for an arm, in the folder of its build.
const WorkerFile = "worker"

// NotBuilt stands in Description.Worker until the arm was built. No run takes it.
const NotBuilt = "not built"

// Prefix begins every key of a workload.
const Prefix = chaos.Prefix

// Workload is the service under test, with one arm's implementations in its seams.
type Workload interface {
	// Describe says what the service records besides latency.
	Describe() Description
	// Start makes the service ready to be driven: connected, registered, its input read once.
	Start(ctx context.Context, env Env) (Service, error)
}

// Shared is a workload whose service several workers can drive at a time: a program of its own. The first worker starts
// it. Each of N workers does the operations n = k mod N of every stream, and all of them write in one operation table,
// each slot of which has one writer: there is nothing to merge.
type Shared interface {
	Workload
	// At says where other workers find a service that Start has returned.
	At(started Service) string
	// Join drives a service that another worker has started. What is returned leaves the service as it is when it is
	// stopped.
	Join(ctx context.Context, env Env, at string) (Service, error)
}

// Description says for what ops.bin needs room, and what a scenario has to give.
type Description struct {
	// Client is the one whose pin a scenario gives, and by whose link the workload talks to the cluster; empty for the
	// plan's first.
	Client   string
	Streams  []Served // exactly one of them has the role ops.Primary
	Settings []string // the names of the settings that it reads
	// Apart is set where the service is a program of its own, which the worker drives: what the worker's runtime says
	// of itself is then no figure of the service. Nor is it known which keys such a program writes.
	Apart bool
	// Patience is how long its Start may take beyond what a worker needs itself.
	Patience time.Duration
	// Farewell is how long its Stop may take beyond a second, such as for a look at what is there.
	Farewell time.Duration
	// Server is how the members of this arm's clusters are set, beside what the scenario's cluster says.
	Server cluster.Server
	// Worker is the digest of a build of this program whose file WorkerFile is the worker of this arm; empty for this
	// very program.
	Worker string
	// Workers is how many worker processes drive the service; 0 is one. More than one need a Shared workload.
	Workers int
	// Callers is how many callers its closed loop has; 0 is two a processor, so that one waits while another computes.
	Callers int
	// Variables names what Start needs of the orchestrator's environment, of which a worker gets next to nothing.
	Variables []string
	// Refuses says which of a scenario's settings are not possible, with or without a cluster; nil when all are.
	Refuses  func(settings Settings, clustered bool) error
	Counters []ops.Counter
}

// Served is a stream that a workload serves.
type Served struct {
	Name      string
	Role      ops.Role // which figures it has
	Aux       string   // what Record.Aux means; empty where it means nothing
	Clustered bool     // without a cluster it has no operation
	Optional  bool     // a scenario may leave it out
}

// Primary is the name of the stream by which a trial is judged, and whose operations the closed loop makes.
func (d Description) Primary() string {
	for _, s := range d.Streams {
		if s.Role == ops.Primary {
			return s.Name
		}
	}
	return ""
}

// Stream is the stream of that name; the zero value for none.
func (d Description) Stream(name string) Served {
	for _, s := range d.Streams {
		if s.Name == name {
			return s
		}
	}
	return Served{}
}

// names are those of the streams that it serves with a cluster, or without, sorted.
func (d Description) names(clustered bool) (names []string) {
	for _, s := range d.Streams {
		if clustered || !s.Clustered {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return names
}

// Service is a workload that runs.
type Service interface {
	// Operation is what one operation of a stream does; nil if there is no such stream. It is called by many
	// goroutines.
	Operation(stream string) func(*load.Op)
	// Batch does one operation of the primary stream outside of the open loop, for the capacity windows, and tells
	// whether it was complete.
	Batch() (complete bool)
	// TableOperations is set where a call of Batch is so many operations on a shared table and nothing else; it is 0
	// where a call is a batch.
	TableOperations() uint64
	// Stop ends everything that the service started.
	Stop(ctx context.Context) error
}

// Env is what a workload is given by the harness.
type Env struct {
	Endpoint string   // the client link to the member that the client is pinned to; empty without a cluster
	Metrics  []string // the members' /metrics pages, past all links; none without a cluster
	// Links are the client links of all clients that the plan pins, by name. Each leads to the member to which its
	// client is pinned. A workload with several endpoints dials more than one. None without a cluster.
	Links   map[string]string
	Clients []string // the names of Links, in the plan's order
	// Members are the members' client URLs past all links, such as http://127.0.0.1:2379: for checks of what is true
	// while the service under test cannot know, and for other writers to the same cluster. None without a cluster.
	Members  []string
	User     string // the name by which members know the client; empty where they ask for none
	Password Secret
	Dial     []grpc.DialOption // that every client of the cluster is made with
	Settings Settings
	Streams  []string // those that the scenario drives
	// TLS is what the client dials with; nil without TLS. It reads the client's certificate anew at each handshake: a
	// fault may have replaced it.
	TLS *tls.Config
	// TLSFiles are the files that TLS reads, for another program than the worker's; nil without TLS.
	TLSFiles *cluster.TLSFiles
	// Variables are those that the Description names and that the orchestrator has.
	Variables map[string]string
	// Secrets are those of the scenario, by what stands in its Target in their place.
	Secrets   map[string]string
	Log       string // the trial's folder, which keeps what the service leaves there
	Temporary string // a folder that is removed after the trial; empty without a cluster and a target
	// Built is the folder of what the scenario's arms were built to; empty where none were.
	Built string
	// Ended tells the orchestrator that a service that is a program of its own has ended unasked: how, and when.
	Ended func(how string, at clock.Nanos)
	// Counters names the counters that this trial keeps: those of the Description, and those of all fixes that share an
	// arm with this one. A workload that looks at something only to count it does so only if the counter is named here.
	Counters []string
	// Counter returns one of them, which outlives a crash. It panics for any other name.
	Counter func(name string) *atomic.Uint64
	// Signal tells the orchestrator what happened to the service, and when.
	Signal func(what Signal, at clock.Nanos)
	// Capacity is the number of goroutines that call Batch in a capacity window.
	Capacity int
	// Seed seeds everything random that the workload does. Both arms of a pair have the same seed, every pair has
	// another.
	Seed uint64
}

// Signal is something that happened to the service and says nothing about its arm.
type Signal string

// The signals.
const (
	LeaderGone Signal = "no-leader"   // the watch was cancelled with ErrNoLeader
	LeaderBack Signal = "leader-back" // a new watch was created
)

// Fix is one defect and its repair: what the analysis has to know of it, and the workload of each side.
type Fix struct {
	results.Fix
	Workload func(side results.Arm) Workload
	// Holds returns the values that define the workload of a side. Sides of two fixes that hold deeply equal values are
	// one arm, and run once for both. Nil, or a function that returns nil, shares no arm.
	Holds func(side results.Arm) any
	// Lacking lists, in words, what the fix needs to be judged and the scenario does not give. Nil needs nothing.
	Lacking func(Scenario) []string
}

// Registry holds the fixes, in the order in which they are listed. A child of this binary finds its fix there.
type Registry struct {
	Fixes []Fix
	// Bring makes the fixes that a scenario brings with it, from its Target. Nil where none can.
	Bring func(target json.RawMessage) ([]Fix, error)
}
