package harness

import (
	"encoding/json"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness/cluster"
	"aftershock/harness/load"
	"aftershock/results"
)

// Scenario is a cluster's shape, a load, a fault spec and the phases of a trial, read from a YAML file and checked.
type Scenario struct {
	Name     string      `json:"name"`
	Asks     string      `json:"asks"` // the question it answers, in one sentence
	Cluster  ClusterSpec `json:"cluster"`
	Streams  []Stream    `json:"streams"`
	Phases   Phases      `json:"phases"`
	Workload Settings    `json:"workload"`
	Load     *LoadSpec   `json:"load,omitempty"` // nil when the workload's settings are all that there is to it
	Faults   plan.Spec   `json:"faults"`
	// Target is the program that a scenario brings, in the words of the workload that drives it; nil for a workload of
	// ours.
	Target json.RawMessage `json:"target,omitempty"`
	// Secrets are values of Target, by what stands there in their place. They are stored nowhere.
	Secrets map[string]string `json:"-"`
	// Hidden tells that there were any: without them a run cannot be resumed.
	Hidden bool `json:"hidden,omitempty"`
	// Recovered is the share of its steady goodput at which the service counts as recovered; 0 is the usual one.
	Recovered float64 `json:"recovered,omitempty"`
	// Answers is the figure that answers the scenario's question: its value in a phase against the calm of the same
	// trials. Nil where the fixes answer it.
	Answers *results.Metric `json:"answers,omitempty"`
	Fixes   []string        `json:"fixes"` // those that run when none is named
	Pairs   int             `json:"pairs"`
	Quick   Quick           `json:"quick"`
	Margin  float64         `json:"margin"` // a change smaller than this share is no difference; 0.1 is 10 %
	Budget  Budget          `json:"budget"`

	// Outdated says which parts of its file have no effect any more, and where; "" when there is none.
	Outdated string `json:"-"`
	// LeftOut is how many choices of its mix Narrow left out.
	LeftOut int `json:"-"`
}

// Ask gives a fix the scenario's own figure, if the fix compares phases instead of arms.
func (s Scenario) Ask(f Fix) Fix {
	if f.Against != "" && s.Answers != nil {
		f.Primary = *s.Answers
	}
	return f
}

// ClusterSpec is the shape of the cluster.
type ClusterSpec struct {
	Members  int           `json:"members"`
	Tick     time.Duration `json:"tick"`
	Election time.Duration `json:"election"`
	Data     string        `json:"data"` // tmpfs or disk

	TLS           bool  `json:"tls,omitempty"`            // members and clients authenticate each other
	Quota         int64 `json:"quota,omitempty"`          // bytes of each member's backend; 0 is etcd's default
	SnapshotCount int   `json:"snapshot_count,omitempty"` // entries between two snapshots; 0 is etcd's default

	Program *cluster.Program `json:"program,omitempty"` // that members run; nil is this program's own etcd
	Next    *cluster.Program `json:"next,omitempty"`    // to which faults change them
}

// Features are the features of the cluster that some faults require.
func (c ClusterSpec) Features() []plan.Feature {
	var has []plan.Feature
	for f, given := range map[plan.Feature]bool{
		plan.TLS: c.TLS, plan.Quota: c.Quota > 0, plan.Snapshots: c.SnapshotCount > 0,
		plan.Next: c.Next != nil,
	} {
		if given {
			has = append(has, f)
		}
	}
	return has
}

// Stream is one open-loop stream of operations: its rate, its arrivals and its operation time-out.
type Stream struct {
	Name    string        `json:"name"`
	Rate    float64       `json:"rate"` // operations per second
	Arrival load.Arrival  `json:"arrival"`
	Timeout time.Duration `json:"timeout"`
}

// stream is the stream of that name; the zero value for none.
func (s Scenario) stream(name string) Stream {
	for _, given := range s.Streams {
		if given.Name == name {
			return given
		}
	}
	return Stream{}
}

// Settings are the workload's own numbers; the harness passes them on unread.
type Settings map[string]int

// Phases are the lengths of a trial's windows. The fault window begins when steady and calm capacity have ended.
type Phases struct {
	WarmUp   time.Duration `json:"warm_up"`
	Steady   time.Duration `json:"steady"`
	Capacity time.Duration `json:"capacity"` // each of the two closed-loop windows: calm, and under the trigger
	Fault    time.Duration `json:"fault"`
	Recovery time.Duration `json:"recovery"`
	Drain    time.Duration `json:"drain"`
}

// Quick is what --quick runs instead.
type Quick struct {
	Fixes []string `json:"fixes"`
	Pairs int      `json:"pairs"`
}

// Budget is the time that a run may take, and the expected time of its parts outside of the phases.
type Budget struct {
	Boot     time.Duration `json:"boot"`     // cluster and worker, until the trial's epoch
	Teardown time.Duration `json:"teardown"` // after the drain
	Reserve  int           `json:"reserve"`  // pairs a fix that may be run again because a trial was invalid
	Run      time.Duration `json:"run"`      // the whole run
	QuickRun time.Duration `json:"quick_run"`
}
