package results

import (
	"cmp"
	"fmt"
	"reflect"
	"time"

	"aftershock/internal/units"
)

// Machine is what the machine did during a trial. None of it makes a trial invalid: the arms of a block run in random
// order, so that what others do widens an interval and does not bend it. Score ranks blocks by how calm they were. All
// else can see the arm, because a slow arm loads the machine itself, and is only shown.
type Machine struct {
	Steal    float64  `json:"steal"` // share of the machine's CPU time that the hypervisor gave to others
	Pressure Pressure `json:"pressure"`
	Load     float64  `json:"load"` // the load average over one minute at the end of the trial
	// Windows are what others took by parts of the time line, and from the beginning of steady to the end of recovery
	// as a whole, which is called Measured. Their bounds are the moments at which the machine was really looked at.
	Windows []MachineWindow `json:"windows,omitempty"`
	// Score is the share of the machine that others took in Measured: strangers and steal together. Only when Scored.
	Score  float64 `json:"score"`
	Scored bool    `json:"scored"`
	// Waited is how long the harness waited for a calm machine right before the trial: before the first of its block
	// alone.
	Waited time.Duration `json:"waited_ns,omitempty"`
	// Standstill is the longest time for which the harness itself stood still; nil when the trial did not begin.
	Standstill *Standstill `json:"standstill,omitempty"`
}

// Measured is the window of a trial from the beginning of steady to the end of recovery.
const Measured = "measured"

// MachineWindow is what others took in a part of the time line, [From, To).
type MachineWindow struct {
	Name string `json:"name"` // a phase's, "capacity" for the closed loop in calm weather, or Measured
	From Offset `json:"from_ns"`
	To   Offset `json:"to_ns"`
	Taken
}

// Taken is what others took of the machine in some time, as shares of the CPU time of the cores that the harness may
// run on.
type Taken struct {
	// Strangers is the share of processes that are not the harness's: neither orchestrator nor worker nor members.
	// Where Known is false it is 0 and says nothing: the kernel shows no counters, or members are strangers themselves,
	// as those of an external cluster.
	Strangers float64 `json:"strangers"`
	Known     bool    `json:"strangers_known"`
	Steal     float64 `json:"steal"` // the share that a hypervisor gave to others
	// Throttled is for how long a CPU quota held the harness's own processes back. It follows from what an arm uses, so
	// it is shown and is no part of a score.
	Throttled time.Duration `json:"throttled_ns,omitempty"`
}

// Others is what processes and a hypervisor took together.
func (t Taken) Others() float64 { return t.Strangers + t.Steal }

// Look is how busy others kept the machine before the first trial since a start of the run, when nothing of the harness
// ran.
type Look struct {
	At    time.Time     `json:"at"`
	Took  time.Duration `json:"took_ns"`
	Cores int           `json:"cores"` // those that the harness may run on
	Taken
}

func (l Look) String() string {
	if !l.Known {
		return units.Count(l.Cores, "core") + "; the kernel does not tell what others use"
	}
	return fmt.Sprintf("%s, others use %.0f %%, steal %.0f %%",
		units.Count(l.Cores, "core"), 100*l.Strangers, 100*l.Steal)
}

// Patience is how long a run may wait for a calm machine: before each block, and in all.
type Patience struct {
	Block time.Duration `json:"block_ns"`
	Run   time.Duration `json:"run_ns"`
}

// MostLate is for how long the harness may be stopped, or how late a fault may begin or heal, before the trial says
// nothing. In 140 injections and 70 heals on two cores at a load of 6 the latest was 30 ms late.
//
// MostDelayed is by how much its timer may wake late when it was not stopped: it waited for a processor then, as all
// that runs on a crowded machine does now and then. On two cores at a load of 14 to 16 that took up to 180 ms, in
// nearly every trial; it widens an interval as other noise does, and is no reason to run a block again.
const (
	MostLate    = 100 * time.Millisecond
	MostDelayed = 500 * time.Millisecond
)

// Standstill is how long the harness stood still: it was stopped (Ctrl-Z, SIGSTOP), got no processor, or the machine
// was suspended. What the cluster and the clients went through meanwhile is not what the plan says.
type Standstill struct {
	Longest   time.Duration `json:"longest_ns"`        // by how much a timer of the orchestrator woke late at most
	At        Offset        `json:"at_ns"`             // when it should have woken
	Stopped   bool          `json:"stopped,omitempty"` // by a signal, and continued
	Suspended time.Duration `json:"suspended_ns,omitempty"`
	// Late is by how much an injection or a heal began later than planned at most, and Event which event's that was.
	Late  time.Duration `json:"late_ns"`
	Event string        `json:"event,omitempty"`
	Limit time.Duration `json:"limit_ns,omitempty"` // by how much it may have been late; 0 is MostLate
}

// StoodStill begins the reason of a trial that a standstill has spoiled.
const StoodStill = "standstill: "

// Spoils says why a trial says nothing because of a standstill; "" when it was short, and for nil.
func (s *Standstill) Spoils() string {
	if s == nil {
		return ""
	}
	short := func(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
	switch limit := cmp.Or(s.Limit, MostLate); {
	case s.Suspended > limit:
		return fmt.Sprintf(StoodStill+"the machine was suspended for %v", short(s.Suspended))
	case s.Stopped && s.Longest > limit:
		return fmt.Sprintf(StoodStill+"the harness was stopped for %v, %v after the epoch (at most %v)",
			short(s.Longest), short(time.Duration(s.At)), limit)
	case s.Longest > max(limit, MostDelayed):
		return fmt.Sprintf(StoodStill+"the harness's own timer woke %v late, %v after the epoch (at most %v)",
			short(s.Longest), short(time.Duration(s.At)), max(limit, MostDelayed))
	case s.Late > limit:
		return fmt.Sprintf(StoodStill+"event %s was injected or healed %v later than planned (at most %v)",
			s.Event, short(s.Late), limit)
	}
	return ""
}

// Taken is what others took in a window, if that is known.
func (m Machine) Taken(window string) (taken Taken, known bool) {
	for _, w := range m.Windows {
		if w.Name == window {
			return w.Taken, w.Known
		}
	}
	return Taken{}, false
}

// Measured tells whether anything was measured: records of an interrupted trial, or of an older version, have
// nothing.
func (m Machine) Measured() bool { return !reflect.ValueOf(m).IsZero() }

// ScoreOf gives the score of a block, or of a pair: that of its most disturbed trial, the same in whatever order they
// stand and whichever arm is which. The mean would let four calm trials of a block hide one that was disturbed
// throughout. It is not known when one of its trials has none.
func ScoreOf(trials ...Machine) (score float64, known bool) {
	for _, m := range trials {
		if !m.Scored {
			return 0, false
		}
		score = max(score, m.Score)
	}
	return score, len(trials) > 0
}

// Pressure is the kernel's pressure stall information: the share of the trial in which at least one task waited for the
// resource. A kernel without it leaves Known false.
//
// https://docs.kernel.org/accounting/psi.html
type Pressure struct {
	Known  bool    `json:"known"`
	CPU    float64 `json:"cpu"`
	IO     float64 `json:"io"`
	Memory float64 `json:"memory"`
}

// Process is how one process of the trial was set up.
type Process struct {
	Role       string `json:"role"` // worker (generator and workload), orchestrator, or a member's name
	GOMAXPROCS int    `json:"gomaxprocs"`
	GOGC       int    `json:"gogc"`
	Cores      string `json:"cores"` // the affinity, as the kernel lists it: "0-1"
}
