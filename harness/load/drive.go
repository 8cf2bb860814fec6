// Package load sends operations when they were meant to be sent, and records what became of each.
//
// It is an open loop: operations start on a schedule, whether or not earlier ones have been answered, and their latency
// runs from the scheduled start. A closed loop waits instead, sends nothing while the server stalls, and reports the
// stall as one slow operation among thousands of fast ones (coordinated omission; Gil Tene, wrk2's README). Package
// frozen shows both on a server that stalls on purpose.
//
// offered = ok + failed + missed, always: what could not be sent has a slot in the table like everything else.
package load

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/internal/clock"
	"aftershock/results/ops"
)

// Op is one operation, as its worker sees it. It is used again for the worker's next one.
type Op struct {
	N        int         // its number in the stream
	Intended int64       // nanoseconds from the trial's epoch
	Worker   int         // from 0 to Workers-1; one operation at a time runs on a worker
	Deadline clock.Nanos // when its time-out passes

	// What Do reports. It begins as NoReason, which is success; Do fails it by setting Timeout, Error, Ambiguous or
	// Rejected. A success that took longer than the time-out is recorded as failed{timeout}.
	Reason ops.Reason
	Flags  ops.Flags
	Aux    int64
}

// Stream is one stream of operations to drive.
type Stream struct {
	Name     string
	Index    int     // of the stream in the table
	Intended []int64 // ascending, in nanoseconds from the trial's epoch; see Schedule
	Timeout  time.Duration
	Workers  int       // see Workers
	Queue    int       // operations that may wait for a worker; 0 means as many as there are workers, and 64 at least
	Do       func(*Op) // runs one operation; it must end soon after the deadline

	// First and Every are for a stream that several processes drive, each with the same Intended and the same table:
	// this one does operation First and each Every-th after it, and leaves the slots of the others alone. Every 0 means
	// that it does all.
	First, Every int

	// Begin, where it is not nil, begins an operation and returns at once: it runs on the pacer's thread, which has
	// microseconds for it. It calls ended once, on any goroutine and soon after the deadline at the latest, when what
	// it reports in the Op is final. False means that the operation could not be begun without waiting; then ended is
	// not called, and Do does the whole of it on a worker. No goroutine waits for an operation that was begun, which
	// saves the processor's time for waking it.
	Begin func(op *Op, ended func()) bool
}

// Workers is how many workers a stream needs so that a stall of a whole time-out drops nothing: by Little's law rate x
// time-out operations are in flight at the end of it, and a fifth is added for arrivals that bunch.
func Workers(rate float64, timeout time.Duration) int {
	return max(1, int(math.Ceil(rate*timeout.Seconds()*1.2)))
}

const (
	// MaxWorkers is the most that a stream can have: about a gigabyte of stacks.
	MaxWorkers = 200_000
	minQueue   = 64 // a pool of one worker, as for 10/s and 75 ms, would drop the third of three close arrivals
)

// Report is how a drive went.
type Report struct {
	Streams []StreamReport `json:"streams"`
	Pacer   Punctuality    `json:"pacer"`
}

// StreamReport is what became of one stream.
type StreamReport struct {
	Name    string    `json:"name"`
	Workers int       `json:"workers"`
	Books   ops.Books `json:"books"` // of all processes that drive it, as far as they are
}

// Drive sends the operations of all streams, records each in the table and returns when the last has ended and so has
// every goroutine. The intended times run from the epoch. When the context ends, what was not begun is
// missed{interrupted}, and Drive returns the report of what there is with the context's error; operations that run are
// waited for, so Do must watch the context if it is to end before its deadline.
func Drive(ctx context.Context, epoch clock.Nanos, table *ops.Table, streams []Stream) (Report, error) {
	d := driver{epoch: epoch}
	for _, s := range streams {
		if err := s.check(table); err != nil {
			return Report{}, fmt.Errorf("stream %q: %w", s.Name, err)
		}
		queue := s.Queue
		if queue == 0 {
			queue = max(s.Workers, minQueue)
		}
		d.lanes = append(d.lanes, &lane{
			Stream: s, epoch: epoch, table: table, pool: newPool(s.Workers, queue),
			begun: make([]*begun, s.Workers), started: make([]bool, s.Workers),
			cursor: s.First, step: max(1, s.Every),
		})
	}
	pacer := NewPacer()
	err := d.run(ctx, pacer)
	report := Report{Pacer: pacer.Punctuality()}
	for _, l := range d.lanes {
		report.Streams = append(report.Streams, StreamReport{l.Name, l.Workers, table.Books(l.Index)})
	}
	return report, err
}

func (s Stream) check(table *ops.Table) error {
	if s.Index < 0 || s.Index >= len(table.Streams) {
		return fmt.Errorf("index %d of a table with %d streams", s.Index, len(table.Streams))
	}
	slots := table.Streams[s.Index]
	switch {
	case s.Name != slots.Name:
		return fmt.Errorf("stream %d of the table is %q", s.Index, slots.Name)
	case len(s.Intended) != slots.Slots:
		return fmt.Errorf("%d operations for %d slots", len(s.Intended), slots.Slots)
	case s.Timeout != slots.Timeout:
		return fmt.Errorf("time-out %v, and %v in the table", s.Timeout, slots.Timeout)
	case s.Workers < 1 || s.Workers > MaxWorkers:
		return fmt.Errorf("%d workers (allowed: 1 to %d; rate x time-out x 1.2 are needed)", s.Workers, MaxWorkers)
	case s.Queue < 0:
		return fmt.Errorf("a queue of %d operations", s.Queue)
	case s.First < 0 || s.First >= max(1, s.Every):
		return fmt.Errorf("it begins with operation %d of every %d (allowed: 0 to %d)", s.First, max(1, s.Every),
			max(1, s.Every)-1)
	case s.Do == nil:
		return errors.New("it has nothing to do")
	}
	for n := 1; n < len(s.Intended); n++ {
		if s.Intended[n] < s.Intended[n-1] {
			return fmt.Errorf("operation %d is intended before operation %d", n, n-1)
		}
	}
	return nil
}

// working counts the goroutines of workers.
var working atomic.Int64

// Goroutines is how many goroutines of this process are workers of a drive. A worker gets one when it first has
// something to do: most never have, because there are as many as a stall of a whole time-out needs, and each would be
// looked at by every collection of garbage. So there are more after a stall, which is no leak of the workload's.
func Goroutines() int { return int(working.Load()) }

// manyAlone operations that woke no worker let the pacer keep its processor; see Pacer.
const manyAlone = 100

// driver merges the streams into one line of times for one pacer.
type driver struct {
	epoch clock.Nanos
	lanes []*lane
	due   *lane // whose operation is next
}

func (d *driver) run(ctx context.Context, pacer *Pacer) error {
	var running sync.WaitGroup
	for _, l := range d.lanes {
		l.running = &running
		l.start = func(worker int) {
			working.Add(1)
			running.Go(func() {
				defer working.Add(-1)
				l.work(ctx, worker)
			})
		}
	}
	alone := 0 // operations since the last that woke a worker
	err := pacer.Run(ctx, d.next, func(late time.Duration) {
		if alone++; d.due.release(late) {
			alone = 0
		}
		pacer.keeps = alone > manyAlone
	})
	for _, l := range d.lanes {
		l.close()
	}
	running.Wait()
	for _, l := range d.lanes {
		for ; l.cursor < len(l.Intended); l.cursor += l.step {
			l.miss(l.cursor, ops.Interrupted)
		}
	}
	return err
}

// next looks at each stream's next operation: there are two or three, so that a heap would cost more.
func (d *driver) next() (clock.Nanos, bool) {
	d.due = nil
	for _, l := range d.lanes {
		if l.cursor < len(l.Intended) && (d.due == nil || l.Intended[l.cursor] < d.due.Intended[d.due.cursor]) {
			d.due = l
		}
	}
	if d.due == nil {
		return 0, false
	}
	return d.epoch + clock.Nanos(d.due.Intended[d.due.cursor]), true
}
