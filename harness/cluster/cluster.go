// Package cluster boots a real etcd cluster and observes it: where members live, which one leads, which died.
//
// Three runtimes share one shape. Processes runs each member as a child process of this binary, so that a kill is a
// real crash and a member's garbage collection is not the workload's; figures come from it alone. Embedded runs the
// members in this process, for tests and library users. External attaches to a cluster that is already running. The
// last two say which faults they cannot do.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/internal/process"
)

// MaxMembers is the largest cluster: etcd's own advice is seven voters, and nine is the largest in common use.
const MaxMembers = 9

// Config is the shape of a cluster and where it keeps its files.
type Config struct {
	Members  int
	Tick     time.Duration // raft's heartbeat interval
	Election time.Duration // raft's election time-out; at least 5 ticks
	DataRoot string        // an existing folder; each member has its data in a folder of its own beneath it
	LogDir   string        // where <member>.log goes; empty discards the logs
	TLS      bool          // members, clients and administrator authenticate each other, by the cluster's own authority
	Gateway  bool          // members answer JSON over HTTP as well, for programs without a client of etcd's
	Cores    []int         // those that each member's process may run on; none: those of this process

	Quota         int64 // of each member's backend, in bytes; 0 is etcd's own, 2 GiB
	SnapshotCount int   // entries between two snapshots of raft's log, and those kept behind one; 0 is etcd's own

	Server  Server   // how members are set; not for an external cluster
	Program *Program // what they run, where Server does not say it; nil is this program's own etcd
	Next    *Program // to which they can be changed; only where Program or Server says what they run

	External *ExternalConfig // for AttachExternal, to which of the above only Members matters
}

// The least values that may be given; 0 takes etcd's own. A member has written dozens of entries and some pages before
// it first serves.
const (
	leastQuota         = 1 << 20
	leastSnapshotCount = 10
)

// Setup is how the process of one member is set up to use the machine.
type Setup struct {
	Member     string
	GOMAXPROCS int
	GOGC       int    // percent; -1 is off
	Cores      string // those that it may run on, as the kernel lists them: "0-1,3"
}

// Endpoint is where one member is reached, past every link.
type Endpoint struct {
	Member     string
	ClientURL  string // serves gRPC
	MetricsURL string // the page of its metrics, over plain HTTP; a member of an external cluster may ask for TLS
}

func setupOf(member string, s process.Setup) Setup {
	return Setup{Member: member, GOMAXPROCS: s.GOMAXPROCS, GOGC: s.GOGC, Cores: s.Cores}
}

// ErrDied is for a member that ended by itself. The trial's faults and load caused that, and so it is an outcome.
var ErrDied = errors.New("ended unasked")

// Cluster is the interface of all runtimes.
type Cluster interface {
	chaos.Target
	// Endpoints lists the members' own addresses, in the order of Members.
	Endpoints() []Endpoint
	// Setups says how the members' processes are set up, in the order of Members, as each reported at its last start.
	Setups() []Setup
	// Pin makes a link from a client to a member, and returns the address that the client dials.
	Pin(client, member string) (address string, err error)
	// ClientTLS names the files with which a pinned client authenticates itself; nil without TLS.
	ClientTLS(client string) *TLSFiles
	// Write returns when the cluster has committed a write and read it back linearizably.
	Write(ctx context.Context) error
	// Agree waits until all present members serve and hold the same revision, compact revision and hash, for as long as
	// is given. The error says which members held what, and is an ErrDiverged when that was different data.
	Agree(ctx context.Context, within time.Duration) (Agreement, error)
	// Observations returns everything observed so far, in the order it arrived.
	Observations() []chaos.Observation
	// Deaths delivers an ErrDied for each member that ended although no fault asked for it, and other errors for
	// reports of members that make no sense.
	Deaths() <-chan error
	// CPU returns the CPU time of all members so far, with those that were killed; 0 where it cannot be told apart.
	CPU() time.Duration
	// Close ends every member without grace and waits until they are gone. External members go on.
	Close() error
}

// Check refuses a shape that etcd would refuse or that no test should run.
func (c Config) Check() error {
	var problems []error
	if c.Members < 1 || c.Members > MaxMembers {
		problems = append(problems, fmt.Errorf("members is %d, allowed are 1 to %d", c.Members, MaxMembers))
	}
	if c.Tick < time.Millisecond {
		problems = append(problems, fmt.Errorf("tick is %v, the least is 1ms", c.Tick))
	}
	if c.Election < 5*c.Tick {
		problems = append(problems, fmt.Errorf("election is %v, etcd wants at least 5 ticks of %v", c.Election, c.Tick))
	}
	if c.Election > 50*time.Second {
		problems = append(problems, fmt.Errorf("election is %v, the most that etcd takes is 50s", c.Election))
	}
	if c.Quota != 0 && c.Quota < leastQuota {
		problems = append(problems, fmt.Errorf("quota is %d bytes, allowed are 0 and %d or more", c.Quota, leastQuota))
	}
	if c.SnapshotCount != 0 && c.SnapshotCount < leastSnapshotCount {
		problems = append(problems,
			fmt.Errorf("snapshot-count is %d, allowed are 0 and %d or more", c.SnapshotCount, leastSnapshotCount))
	}
	if len(problems) == 0 {
		problems = append(problems, c.Server.in(c).check(), c.checkNext())
	}
	return errors.Join(problems...)
}

// checkNext refuses another etcd for members that run this program's own, whose peers are found in another way, and one
// that cannot be set as the members are.
func (c Config) checkNext() error {
	switch {
	case c.Next == nil:
		return nil
	case c.Server.in(c).Program == nil:
		return fmt.Errorf("next is %v, and the members run %v: name theirs as well", c.Next, c.Server.in(c).Program)
	case c.Next.SHA256 != "":
		return c.Next.lacks(c.Server.in(c))
	}
	return nil
}

// Names are a cluster's member names: n1, n2, ...
func Names(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("n%d", i+1)
	}
	return names
}
