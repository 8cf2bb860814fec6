package results

import (
	"encoding/json"
	"fmt"
	"time"

	"aftershock/internal/clock"
	"aftershock/internal/units"
)

// Status says how far a run got. A run that was killed still says running: readers take that for partial.
type Status string

// The statuses of a run.
const (
	Running  Status = "running"
	Complete Status = "complete"
	Partial  Status = "partial"
)

// Run is run.json: what was asked, on what machine, and how far it got.
type Run struct {
	Schema   int             `json:"schema"`
	ID       string          `json:"id"`
	Status   Status          `json:"status"`
	Why      string          `json:"why,omitempty"` // why it is partial
	Started  time.Time       `json:"started"`
	Ended    time.Time       `json:"ended,omitzero"`
	Command  Invocation      `json:"command"` // repeats the run
	Name     string          `json:"scenario_name"`
	Scenario json.RawMessage `json:"scenario"` // resolved
	Seed     uint64          `json:"seed"`
	Pairs    int             `json:"pairs"`
	Reserve  int             `json:"reserve"` // pairs a fix that may be run again
	Margin   float64         `json:"margin"`  // share; a smaller change is no difference
	Quick    bool            `json:"quick,omitempty"`
	// NotRun are fixes of the scenario that were left out; instruments are never missed.
	NotRun      []string      `json:"not_run,omitempty"`
	PlanDigest  string        `json:"plan_digest"`
	TrialTime   time.Duration `json:"trial_time_ns"`      // what one trial was expected to take
	Cluster     string        `json:"cluster"`            // the runtime: processes, embedded, external or none
	External    *Attached     `json:"external,omitempty"` // nil when each trial had a new cluster of ours
	DataRoot    string        `json:"data_root"`          // tmpfs or disk, and on which file system
	Moments     string        `json:"moments,omitempty"`  // of raft, where members run another etcd; else empty
	Fixes       []Fix         `json:"fixes"`
	Groups      []Group       `json:"groups"` // of fixes that share arms; each fix is in one
	Order       []Slot        `json:"order"`
	Load        *Load         `json:"load,omitempty"` // nil when the scenario fixes it
	Environment Environment   `json:"environment"`
	Stop        *Stop         `json:"stop,omitempty"`  // how pairs were added; nil when their number was fixed
	Looks       []Look        `json:"looks,omitempty"` // at the machine, one before each start of the run
	// Patience is that with a machine that is not calm; nil when the run never waited.
	Patience *Patience     `json:"patience,omitempty"`
	Waited   time.Duration `json:"waited_ns,omitempty"` // for a calm machine, before all blocks together
	Resumed  []time.Time   `json:"resumed,omitempty"`   // when a partial run was resumed
	Pinning  *Pinning      `json:"pinning,omitempty"`   // nil when every process could run on every core
	// Registered is the SHA-256 of the statement in RegistrationFile; empty without one.
	Registered string `json:"registered,omitempty"`
	// Profiled is set where the workers were profiled and traced, and the figures include the cost.
	Profiled bool `json:"profiled,omitempty"`
	// Endpoints are the clients of the plans that only probe, one at each member, of a run that measures outages alone:
	// it has one arm, and nothing to compare. Empty for all other runs.
	Endpoints []string `json:"endpoints,omitempty"`
	// Calibration is what selftest found on this machine; nil when it never ran.
	Calibration *Calibration `json:"calibration,omitempty"`
}

// NoCluster is the runtime of a run whose scenario has no members, External that of a run on an external cluster.
const (
	NoCluster = "none"
	External  = "external"
)

// Where raft's moments of members come from that run another etcd than our own.
const (
	MomentsLogged = "log"    // from their own logs, by their stamps
	MomentsAsked  = "status" // from asking them, as members of an external cluster are asked
)

// Attached is an external cluster, which all trials of a run shared.
type Attached struct {
	ClusterID string           `json:"cluster_id"` // etcd's own, in hexadecimal
	Members   []AttachedMember `json:"members"`    // by name
	// Allowed are the hosts beyond this machine that could be dialled, with the addresses that they led to; empty where
	// all was on it.
	Allowed []AllowedHost `json:"allowed,omitempty"`
}

// AllowedHost is a host that --allow-host or --allow-hosts has named.
type AllowedHost struct {
	Host      string   `json:"host"` // as it was named, with its port if it had one
	Addresses []string `json:"addresses"`
}

// AttachedMember is a member of an external cluster, and where it was reached.
type AttachedMember struct {
	Name     string `json:"name"`
	Endpoint string `json:"endpoint"`
	Etcd     string `json:"etcd"` // its version
}

// Load is how much a batch of every trial of a run has to do, and how it was found: what a batch cost in pilots, which
// are thrown away.
type Load struct {
	Setting  string     `json:"setting"` // of the workload
	Value    int        `json:"value"`
	Least    int        `json:"least"` // the bounds, between which it was to be found
	Most     int        `json:"most"`
	Share    float64    `json:"share"`              // of the machine that the batches of the slowest arm may take
	Given    bool       `json:"given,omitempty"`    // by --load, and not measured
	Expected float64    `json:"expected,omitempty"` // the share that the slowest arm was expected to take
	Slowest  Arm        `json:"slowest,omitempty"`
	Looks    []LoadLook `json:"looks,omitempty"`
}

// LoadLook is what a batch cost in a closed-loop window of a pilot.
type LoadLook struct {
	Group  string        `json:"group"`
	Arm    Arm           `json:"arm"`
	Window string        `json:"window"`         // CapacityCalm or CapacityTrigger
	At     int           `json:"at"`             // the load
	Cost   time.Duration `json:"cost_ns"`        // CPU time of the worker's process
	Busy   float64       `json:"busy,omitempty"` // the part of the machine that the process used meanwhile
}

// Stop says when a run has enough pairs: when the interval of each fix's primary metric is narrow enough, or the budget
// ends. It never depends on where the interval lies: adding pairs until it leaves 0 finds a difference between
// identical arms in 7 to 15 of 100 runs instead of 5.
type Stop struct {
	Width    float64       `json:"width"`     // half-width of the 95 % interval, as a share: 0.1 is +-10 %
	MaxPairs int           `json:"max_pairs"` // a fix
	MaxTime  time.Duration `json:"max_time_ns"`
}

// Pinning says which cores the processes were kept to, as the kernel lists them: "0-1,3".
type Pinning struct {
	Worker string `json:"worker"` // generator and workload
	Others string `json:"others"` // members and orchestrator
}

// Group is the fixes of a run that share arms, directly or through each other. A block of it holds each different arm
// once, under one plan; a fix compares two of them. A fix that shares nothing is a group of its own, and its blocks
// are pairs.
type Group struct {
	Name string     `json:"name"` // that of its folder
	Arms []GroupArm `json:"arms"`
}

// GroupArm is one of the different arms of a group: that of one of its fixes, which the others that have the same
// share.
type GroupArm struct {
	Name Arm    `json:"name"`
	Fix  string `json:"fix"`
	Side Arm    `json:"side"` // Before or After
}

// Side is which side of a comparison the arm was made for: Before or After; the name itself of an arm that is not
// there.
func (g Group) Side(arm Arm) Arm {
	for _, a := range g.Arms {
		if a.Name == arm {
			return a.Side
		}
	}
	return arm
}

// Slot is a place in the planned order: one trial.
type Slot struct {
	Group string `json:"group"`
	Block int    `json:"block"`
	Arm   Arm    `json:"arm"`
}

// Arm is the name of an arm in its block. In a group of one fix the two sides of the comparison are all there is, and
// give the arms their names.
type Arm string

// The sides of a comparison.
const (
	Before Arm = "before"
	After  Arm = "after"
)

// Environment is what a comparison across runs has to hold equal. Host and Binary are digests: they tell whether it is
// the same machine and the same program, and nothing else about them.
type Environment struct {
	Host       string `json:"host,omitempty"`
	Binary     string `json:"binary,omitempty"`
	CPU        string `json:"cpu"`
	Cores      int    `json:"cores"`
	MemoryMB   int    `json:"memory_mb"` // of the machine, or what the control group allows where that is less
	Kernel     string `json:"kernel"`
	Go         string `json:"go"`
	GOMAXPROCS int    `json:"gomaxprocs"`
	Etcd       string `json:"etcd"`
	Aftershock string `json:"aftershock"`
	Commit     string `json:"commit"`
	// Allowed is how many cores' time the control group allows, such as 0.5; 0 when it allows all that there are.
	Allowed float64 `json:"cores_allowed,omitempty"`
	// Variables are those of the environment that processes of the run had from outside, in order: GOGC and GOMAXPROCS
	// as NAME=value, others by their name alone. Members and workers get no other.
	Variables []string `json:"variables,omitempty"`
}

// Processors says how many cores there are, and how many of them may be used.
func (e Environment) Processors() string {
	text := units.Count(e.Cores, "core")
	if e.Allowed > 0 {
		text += fmt.Sprintf(" (the control group allows %.3g)", e.Allowed)
	}
	return text
}

// Fix is what the analysis has to know about a fix: its figures, and what a reader is told beside them.
type Fix struct {
	Name    string `json:"name"`
	Summary string `json:"summary"` // defect -> repair, one sentence
	// Claim is a sentence that the fix finds true or false: the article's or the field's.
	Claim      string  `json:"claim"`
	Article    string  `json:"article"`              // the article's figure, never ours; may be empty
	Instrument bool    `json:"instrument,omitempty"` // null or control: it tests the harness, not a repair
	Expect     float64 `json:"expect,omitempty"`     // the relative change that an instrument must find
	// Tolerance is how exactly an instrument makes that change: Expect +- Tolerance.
	Tolerance float64  `json:"tolerance,omitempty"`
	Primary   Metric   `json:"primary"`        // the one figure that gives the verdict
	Guards    []Metric `json:"guards"`         // no arm may win by making these worse
	Price     Price    `json:"price,omitzero"` // what the repair may make worse, and is allowed to
	Trigger   Trigger  `json:"trigger"`
	// Group is the group that the fix is in, and Arms are the names that its two arms have there.
	Group string `json:"group,omitempty"`
	Arms  Arms   `json:"arms,omitzero"`
	// Against is set where no arm is compared with another: the sides are phases of one arm's trials, this one,
	// which is calm, and the phase of the primary metric. Both names in Arms are then that arm's.
	Against string `json:"against,omitempty"`
	// Built says of what the two arms were built, with their commits; empty for arms that were not built by the run.
	Built string `json:"built,omitempty"`
	// Operations is what the primary stream's operations are called, in the plural; empty for batches.
	Operations string `json:"operations,omitempty"`
	// Family is shared by fixes of one defect that is repaired in several ways, each of which is run in pairs of its
	// own. It is the name of their folder; empty for a fix that is alone.
	Family string `json:"family,omitempty"`
	// Scenario is the shipped scenario in which the fix matters, and ClusterFree one without members in which it shows
	// as well; empty when it needs a cluster.
	Scenario    string `json:"scenario,omitempty"`
	ClusterFree string `json:"cluster_free,omitempty"`
}

// Arms are the names of a fix's two arms in its group's blocks.
type Arms struct {
	Before Arm `json:"before"`
	After  Arm `json:"after"`
}

// Repairs tells whether the fix is one: neither an instrument nor a comparison of phases.
func (f Fix) Repairs() bool { return !f.Instrument && f.Against == "" }

// Of is the name of the arm on that side.
func (a Arms) Of(side Arm) Arm {
	if side == Before {
		return a.Before
	}
	return a.After
}

// Finds tells whether an interval holds the change that an instrument makes, as exactly as it makes it.
func (f Fix) Finds(low, high float64) bool {
	return low <= f.Expect+f.Tolerance && f.Expect-f.Tolerance <= high
}

// Offset is a time on a trial's time line: since its epoch.
type Offset = clock.Nanos
