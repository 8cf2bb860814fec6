// Package ops keeps what became of every scheduled operation of a trial, in a file that a crash cannot empty.
//
// The file ops.bin is a table with one slot for each operation of each stream. The orchestrator creates it, the worker
// maps it into memory and fills it, the orchestrator books the slots that stayed empty, and the analysis reads it. A
// store into a shared mapping belongs to the kernel the moment it is made: SIGKILL, or Go's fatal "concurrent map
// writes", loses nothing that was recorded, and what is missing is exactly the empty slots. A log that is appended to
// through a buffer loses its tail instead, which is the seconds before the crash that one wants to see.
//
// Times are nanoseconds. Intended runs from the trial's epoch. Response is Lag + Service and so runs from the intended
// start (Gil Tene, "How NOT to Measure Latency"; wrk2's README), never from when a worker got round to the operation.
//
// Layout, little endian:
//
//	0     magic "AFTSHOPS"
//	8     u32 version, u32 length of the header
//	16    u64 xxHash64 of the header
//	24    header, JSON (see Header), then zeros to the next multiple of 4096
//	      counters, u64 each in the header's order, then zeros to the next multiple of 4096
//	      slots of stream 0, of stream 1, ...: 40 bytes each, up to the end of the file
//
// A slot:
//
//	0     u8 outcome (0 while empty), u8 reason, u16 flags, u32 check; stored last and as one word
//	8     i64 intended, i64 lag, i64 service, i64 aux
//
// The check is the low half of xxHash64 over the first four bytes and four zeros, the four i64, and u32 stream, u32 n:
// a slot that was torn by a machine's crash, altered, or copied to another place does not match it.
package ops

import (
	"fmt"
	"time"

	"aftershock/internal/nearest"
)

// Record is what became of one operation.
type Record struct {
	Outcome  Outcome
	Reason   Reason // why it failed or was missed; zero for OK
	Flags    Flags
	Intended int64         // nanoseconds from the trial's epoch
	Lag      time.Duration // start - intended; the time-out for an operation that was missed
	Service  time.Duration // end - start; 0 for an operation that was missed
	Aux      int64         // what the stream's header says, such as a batch's build time in nanoseconds
}

// Response is the time from the intended start to the end.
func (r Record) Response() time.Duration { return r.Lag + r.Service }

// Charged is the response time that counts when successes and failures are taken together: a failure counts at the
// time-out at least. Otherwise a server that refuses at once would improve the very quantiles that it ruins.
func (r Record) Charged(timeout time.Duration) time.Duration {
	if r.Outcome == OK {
		return r.Response()
	}
	return max(r.Response(), timeout)
}

// Outcome says how an operation ended.
type Outcome uint8

// The outcomes; their numbers are part of the file format.
const (
	Empty  Outcome = 0 // nothing was recorded
	OK     Outcome = 1
	Failed Outcome = 2 // sent, and not answered well within its time-out
	Missed Outcome = 3 // never sent, or lost with the process that sent it
)

func (o Outcome) String() string {
	switch o {
	case Empty:
		return "empty"
	case OK:
		return "ok"
	case Failed:
		return "failed"
	case Missed:
		return "missed"
	}
	return fmt.Sprintf("outcome %d", uint8(o))
}

// Reason says why an operation failed or was missed.
type Reason uint8

// The reasons; their numbers are part of the file format.
const (
	NoReason Reason = 0 // of an operation that is OK

	Timeout   Reason = 1 // failed: its response took longer than its time-out
	Error     Reason = 2 // failed: the workload reported an error
	Ambiguous Reason = 3 // failed: it may or may not have taken effect
	Rejected  Reason = 4 // failed: the server said no

	QueueExpired  Reason = 16 // missed: its time-out had passed when a worker took it
	InFlightCap   Reason = 17 // missed: all workers were busy and the queue was full
	GeneratorLate Reason = 18 // missed: its time-out had passed when the pacer woke
	Crashed       Reason = 19 // missed: the worker process ended first
	Interrupted   Reason = 20 // missed: the trial was stopped first
)

var reasons = []struct {
	reason  Reason
	outcome Outcome
	name    string
}{
	{NoReason, OK, "none"},
	{Timeout, Failed, "timeout"}, {Error, Failed, "error"}, {Ambiguous, Failed, "ambiguous"},
	{Rejected, Failed, "rejected"},
	{QueueExpired, Missed, "queue_expired"}, {InFlightCap, Missed, "in_flight_cap"},
	{GeneratorLate, Missed, "generator_late"}, {Crashed, Missed, "crashed"}, {Interrupted, Missed, "interrupted"},
}

var outcomes = func() (table [256]Outcome) {
	for _, known := range reasons {
		table[known.reason] = known.outcome
	}
	return table
}()

// Outcome gives the outcome that the reason belongs to, and Empty for a number that is no reason.
func (r Reason) Outcome() Outcome { return outcomes[r] }

func (r Reason) String() string {
	for _, known := range reasons {
		if known.reason == r {
			return known.name
		}
	}
	return fmt.Sprintf("reason %d", uint8(r))
}

// MarshalText gives the reason's name.
func (r Reason) MarshalText() ([]byte, error) {
	if r.Outcome() == Empty {
		return nil, fmt.Errorf("ops: %v is not known", r)
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads the reason's name.
func (r *Reason) UnmarshalText(text []byte) error {
	var names []string
	for _, known := range reasons {
		if known.name == string(text) {
			*r = known.reason
			return nil
		}
		names = append(names, known.name)
	}
	return nearest.Unknown("reason", string(text), names)
}

// Flags are facts about one operation that are no outcome.
type Flags uint16

// The flags; their bits are part of the file format.
const (
	Partial Flags = 1 << 0 // the batch lacked series
	Trigger Flags = 1 << 1 // it ran while the defect's trigger held

	knownFlags = Partial | Trigger
)
