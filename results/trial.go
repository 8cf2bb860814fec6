package results

import (
	"math"
	"time"

	"aftershock/internal/clock"
)

// Trial is trial.json: one arm, once. What the operations saw is in ops.bin beside it.
type Trial struct {
	Schema    int               `json:"schema"`
	Run       string            `json:"run"`  // the id of the run that it is of
	Seed      uint64            `json:"seed"` // the run's
	Plan      string            `json:"plan"` // the SHA-256 of the block's plan, as plan.txt has it
	Group     string            `json:"group"`
	Block     int               `json:"block"`              // from 1; it has the plan of that number
	Arm       Arm               `json:"arm"`                // the name that it has in its group
	Attempt   int               `json:"attempt"`            // 0 as planned; n the n-th time that the block is run again
	Position  int               `json:"position"`           // in the order in which trials were really run, from 0
	Invalid   string            `json:"invalid,omitempty"`  // why it cannot be judged; empty when it can
	Spoiled   bool              `json:"spoiled,omitempty"`  // invalid by no arm's doing: the whole block is run again
	Diverged  bool              `json:"diverged,omitempty"` // its members held different data at the end
	Started   time.Time         `json:"started"`
	Boot      time.Duration     `json:"boot_ns"`  // until the epoch
	Whole     time.Duration     `json:"whole_ns"` // boot and teardown included
	Epoch     time.Time         `json:"epoch,omitzero"`
	Phases    []Phase           `json:"phases,omitempty"`
	Capacity  []Capacity        `json:"capacity,omitempty"`
	Faults    []Fault           `json:"faults,omitempty"`
	Agreement *Agreement        `json:"agreement,omitempty"` // nil when the trial ended before it could be asked for
	Pinned    map[string]string `json:"pinned,omitempty"`    // client -> member
	Elections Elections         `json:"elections"`
	Worker    Worker            `json:"worker"`
	Generator Generator         `json:"generator"`
	CPU       CPU               `json:"cpu"`
	// LoadShare is the part of the machine that batches at the open loop's rate take, at what one cost in the closed
	// loop under the trigger, or else in calm weather.
	LoadShare float64   `json:"load_share,omitempty"`
	Machine   Machine   `json:"machine"`
	Processes []Process `json:"processes,omitempty"`
	// Nil without --profile, and for a worker that crashed: only it could tell.
	Evidence *Evidence `json:"evidence,omitempty"`
	Files    []File    `json:"files"` // all others of the trial, as it left them
	// Interrupted is set when the trial was ended from outside: it is invalid, and no arm is to blame.
	Interrupted bool `json:"interrupted,omitempty"`
}

// Slot is the trial's place in the planned order.
func (t Trial) Slot() Slot { return Slot{Group: t.Group, Block: t.Block, Arm: t.Arm} }

// Failed tells whether the trial is invalid by what its arm went through. That is an outcome, which is counted: to run
// the trial again would be to choose trials by what happened in them.
func (t Trial) Failed() bool { return t.Invalid != "" && !t.Spoiled && !t.Interrupted }

// The phases of a trial. Trigger is the part of the fault phase in which every defect's condition held: for each fault
// that was held, from the moment the collector's watch reported ErrNoLeader to the heal, less the closed-loop capacity
// window. A trial without faults has no fault phase, and one without a cluster no election.
const (
	WarmUp       = "warm-up"
	Steady       = "steady"
	InFault      = "fault"
	UnderTrigger = "trigger"
	Recovery     = "recovery"
)

// Phase is a window of a trial's time line, [From, To).
type Phase struct {
	Name string `json:"name"`
	From Offset `json:"from_ns"`
	To   Offset `json:"to_ns"`
}

// Span is when the phase is.
func (p Phase) Span() clock.Span { return clock.Span{From: p.From, To: p.To} }

// Length is how long the phase lasts.
func (p Phase) Length() time.Duration { return p.Span().Length() }

// Holds tells whether a moment lies in the phase.
func (p Phase) Holds(at Offset) bool { return p.Span().Holds(at) }

// PhaseOf names a span.
func PhaseOf(name string, s clock.Span) Phase { return Phase{name, s.From, s.To} }

// Windows are the spans of a phase, in order: one, but for the trigger, which holds once a fault.
type Windows []Phase

// Holds tells whether a moment lies in one of the windows.
func (w Windows) Holds(at Offset) bool {
	for _, p := range w {
		if p.Holds(at) {
			return true
		}
	}
	return false
}

// Hull is the shortest span that holds all windows. Of none it ends before it begins.
func (w Windows) Hull() clock.Span {
	hull := clock.Span{From: math.MaxInt64, To: math.MinInt64}
	for _, p := range w {
		hull.From, hull.To = min(hull.From, p.From), max(hull.To, p.To)
	}
	return hull
}

// Windows are those of a phase.
func (t Trial) Windows(name string) Windows {
	var all Windows
	for _, p := range t.Phases {
		if p.Name == name {
			all = append(all, p)
		}
	}
	return all
}

// Outside is the phase of what was due in none.
const Outside = "outside"

// PhaseAt is the phase of a moment. The trigger lies within the fault phase, and goes before it.
func (t Trial) PhaseAt(at Offset) string {
	name := Outside
	for _, p := range t.Phases {
		if p.Holds(at) && (name == Outside || p.Name == UnderTrigger) {
			name = p.Name
		}
	}
	return name
}

// The two closed-loop windows.
const (
	CapacityCalm    = "calm"
	CapacityTrigger = "trigger"
)

// Capacity is a closed-loop measurement: how many complete batches the service makes when it is never idle. It has no
// latency, because a closed loop's latency hides every stall.
type Capacity struct {
	Name       string `json:"name"`
	From       Offset `json:"from_ns"`
	To         Offset `json:"to_ns"`
	Workers    int    `json:"workers"`
	Complete   uint64 `json:"complete"`
	Incomplete uint64 `json:"incomplete"`
	// Window is how long it really was: shorter when it began late.
	Window time.Duration `json:"window_ns"`
	CPU    time.Duration `json:"cpu_ns"` // of the worker's process in the window, whatever else it did
	// TableOperations is how many operations on the shared table each of Complete was, and nothing else; 0 where it
	// was a batch.
	TableOperations uint64 `json:"table_operations,omitempty"`
}

// Span is when the loop was closed.
func (c Capacity) Span() clock.Span { return clock.Span{From: c.From, To: c.To} }

// Fault is the life of one event's fault. A stage that was not reached is 0.
type Fault struct {
	Event     string            `json:"event"`
	Fault     string            `json:"fault"`
	Resolved  map[string]string `json:"resolved"`
	Injected  Offset            `json:"injected_ns"`
	Effective Offset            `json:"effective_ns"`
	// in place of Effective, of a fault that means to hurt no one
	Done      Offset `json:"done_ns,omitempty"`
	Healed    Offset `json:"healed_ns"`
	Recovered Offset `json:"recovered_ns"`
	Error     string `json:"error,omitempty"`
	// Waited is how much later than planned it was injected, because its target had not come to lead, or to follow,
	// before. It is healed when it would have been without, so that its harm is as much shorter.
	Waited time.Duration `json:"waited_ns,omitempty"`
	// Observed is what was observed when the fault took effect or was done, in words.
	Observed string `json:"observed,omitempty"`
	// LeaderLost is when the cluster ceased to follow a leader after the injection, and LeaderElected when it followed
	// one again: a majority of its voting members, and the leader itself. A majority that changes from one leader to
	// the next has both at the same moment. When there was no leader at the injection, it was lost before, and
	// LeaderLost is 0.
	LeaderLost    Offset `json:"leader_lost_ns,omitempty"`
	LeaderElected Offset `json:"leader_elected_ns,omitempty"`
	// Leaderless is how long the cluster followed no leader between Injected and Recovered, all such times together.
	Leaderless time.Duration `json:"leaderless_ns,omitempty"`
	// Links are the outages that the plan's clients saw, each through its own link. Records of a time before probes
	// have none, and say nothing of the leader either.
	Links []LinkOutage `json:"links,omitempty"`
}

// Elections counts the terms in which a leader was followed, by whether a fault's life covers their beginning.
type Elections struct {
	Planned   int `json:"planned"`
	Unplanned int `json:"unplanned"`
}

// KilledFromOutside begins Worker.Exit of a worker that another process, or the kernel, killed.
const KilledFromOutside = "killed by SIGKILL, which the harness did not send"

// Worker is how the workload's process fared.
type Worker struct {
	Exit       string        `json:"exit"`
	Crashed    bool          `json:"crashed"`
	Stuck      bool          `json:"stuck,omitempty"` // it crashed by hanging: it had to be killed
	GOMAXPROCS int           `json:"gomaxprocs"`
	GOGC       int           `json:"gogc"`
	GCs        uint32        `json:"gcs"` // of all workers, where several drive a target
	GCPause    time.Duration `json:"gc_pause_ns"`
	Died       Offset        `json:"died_ns,omitempty"` // when it was gone, of one that crashed and did not hang
	Vitals     *Vitals       `json:"vitals,omitempty"`  // nil for one that crashed: only it could tell
}

// Vitals are what Go's runtime says of the worker's process, from the epoch to the end of recovery: sampled ten times a
// second, so that a peak between two samples is not seen. Package runtime/metrics says what each is. The goroutines are
// those of the service and of closed-loop windows: the open loop's workers, of which a stall needs more, are left out.
type Vitals struct {
	Samples       int    `json:"samples"`
	GoroutinePeak uint64 `json:"goroutine_peak"`
	GoroutineEnd  uint64 `json:"goroutine_end"`
	HeapPeak      uint64 `json:"heap_peak"` // bytes of objects, those that the collector has not come to yet included
	// bytes that are still live after a collection once all operations have finished
	HeapEnd uint64 `json:"heap_end"`
	// GCShare is the part of the process's CPU time, as far as it had processors, that the collector took.
	GCShare float64 `json:"gc_share"`
	// SchedLatencyP99 is how long a goroutine that could run waited for a processor: the upper end of the P99's bucket.
	SchedLatencyP99 time.Duration `json:"sched_latency_p99_ns"`
	MutexWait       time.Duration `json:"mutex_wait_ns"` // of all goroutines together
}

// Generator is how well the load generator kept its own schedule.
type Generator struct {
	Method      string        `json:"method"`
	LatenessP50 time.Duration `json:"lateness_p50_ns"`
	LatenessP99 time.Duration `json:"lateness_p99_ns"`
	LatenessMax time.Duration `json:"lateness_max_ns"`
}

// CPU is CPU time by role, over the whole trial.
type CPU struct {
	Generator    time.Duration `json:"generator_ns"`
	Workload     time.Duration `json:"workload_ns"` // the worker's process, less the generator
	Members      time.Duration `json:"members_ns"`
	Orchestrator time.Duration `json:"orchestrator_ns"` // the peer network included
}

// Event is a line of events.jsonl: something that happened on the trial's time line, from any observer.
type Event struct {
	At Offset `json:"at_ns"`
	// Chaos, worker, probe, cluster (what its members came to together), or a member's name.
	Source string            `json:"source"`
	What   string            `json:"what"`
	Data   map[string]string `json:"data,omitempty"`
}
