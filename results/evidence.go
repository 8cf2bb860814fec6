package results

import "time"

// What a profiled worker leaves in its trial's folder, beside a CPU profile a window (ProfileFile).
const (
	TraceFile = "trace.out"   // the trial, from before its epoch: go tool trace
	WorstFile = "worst.trace" // the time around the slowest batch: go tool trace
)

// The closed-loop windows have profiles of their own: a loop that is never idle has most of a trial's samples, and would
// drown what its phase spends on the load of the schedule.
const (
	ProfiledCalm    = "capacity-" + CapacityCalm
	ProfiledTrigger = "capacity-" + CapacityTrigger
)

// ProfiledWindows are the windows that a worker may be profiled in, in the order of the time line. InFault ends where the
// closed loop under the trigger begins.
func ProfiledWindows() []string {
	return []string{Steady, ProfiledCalm, InFault, ProfiledTrigger, Recovery}
}

// ProfileFile is the name of the CPU profile of a window, in pprof's format.
func ProfileFile(window string) string { return "cpu-" + window + ".pprof" }

// Evidence says what a profiled worker recorded beside its figures.
type Evidence struct {
	Profiles []Profiled `json:"profiles,omitempty"`
	// TraceBytes is the size of the trace. TraceEnd is when it reached its limit, and 0 when it holds the whole trial.
	TraceBytes int64    `json:"trace_bytes"`
	TraceEnd   Offset   `json:"trace_end_ns,omitempty"`
	Worst      *Worst   `json:"worst,omitempty"`   // nil when no batch ended in the window that is watched
	Missing    []string `json:"missing,omitempty"` // what could not be recorded, and why
}

// Profiled is a window as it was really profiled.
type Profiled struct {
	Window string `json:"window"`
	From   Offset `json:"from_ns"`
	To     Offset `json:"to_ns"`
}

// Worst is what worst.trace shows: the slowest batch of the fault phase, or of steady where there is none, by response.
type Worst struct {
	At       Offset        `json:"at_ns"` // when it was meant to start
	Response time.Duration `json:"response_ns"`
	Taken    Offset        `json:"taken_ns"` // the end of the recording
	Dumps    int           `json:"dumps"`    // that were taken until the last, which is kept
}
