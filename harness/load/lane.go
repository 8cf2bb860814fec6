package load

import (
	"context"
	"sync"
	"time"

	"aftershock/internal/clock"
	"aftershock/results/ops"
)

// lane is a stream under way.
//
//	pacer -> release -> begin -----------------> ended -> table
//	            |         |                        |
//	            |         +-> pool -> work -> run -+
//	            |                              |
//	            +- generator_late              +- queue_expired, interrupted
//	            +- in_flight_cap
type lane struct {
	Stream
	epoch   clock.Nanos
	table   *ops.Table
	pool    *pool
	cursor  int              // the next operation; the pacer's alone
	step    int              // from one operation of this process to its next
	begun   []*begun         // by worker, where Begin is set; each is touched by one goroutine at a time
	started []bool           // by worker: whether it has a goroutine; see Goroutines
	start   func(worker int) // gives it one
	running *sync.WaitGroup  // workers, and operations that were begun
}

// begun is an operation under way without a goroutine that waits for it, in a worker's place.
type begun struct {
	op    Op
	start clock.Nanos
	lag   time.Duration
	ended func()
}

// release passes the next operation on, and tells whether that woke a worker. It runs on the pacer's thread and never
// waits.
func (l *lane) release(late time.Duration) (woke bool) {
	n := l.cursor
	l.cursor += l.step
	if late >= l.Timeout {
		l.miss(n, ops.GeneratorLate)
		return false
	}
	worker, admitted := l.pool.admit(n)
	switch {
	case !admitted:
		l.miss(n, ops.InFlightCap)
	case worker != none && !l.begin(worker, n):
		l.hand(worker, n)
		return true
	}
	return false
}

// hand gives an operation to a worker, or tells it to stop.
func (l *lane) hand(worker, n int) {
	if !l.started[worker] {
		if n == stop {
			return
		}
		l.started[worker] = true
		l.start(worker)
	}
	l.pool.hand(worker, n)
}

// begin begins an operation in a worker's place; false means that it is the worker's to do.
func (l *lane) begin(worker, n int) bool {
	if l.Begin == nil {
		return false
	}
	b := l.begun[worker]
	if b == nil {
		b = &begun{}
		b.ended = func() { l.ended(b) }
		l.begun[worker] = b
	}
	intended := l.epoch + clock.Nanos(l.Intended[n])
	b.start = clock.Now()
	b.lag = b.start.Sub(intended)
	b.op = Op{N: n, Intended: l.Intended[n], Worker: worker, Deadline: intended.Add(l.Timeout)}
	l.running.Add(1)
	if b.lag < l.Timeout && l.Begin(&b.op, b.ended) {
		return true
	}
	l.running.Done()
	return false
}

// ended records an operation that was begun, and makes its worker free.
func (l *lane) ended(b *begun) {
	defer l.running.Done()
	worker := b.op.Worker
	l.record(&b.op, b.start, b.lag)
	if n := l.pool.free(worker); n != none {
		l.hand(worker, n)
	}
}

// close lets the workers end once no operation waits.
func (l *lane) close() {
	for _, worker := range l.pool.close() {
		l.hand(worker, stop)
	}
}

func (l *lane) work(ctx context.Context, worker int) {
	op := &Op{Worker: worker}
	for n, more := l.pool.start(worker); more; n, more = l.pool.next(worker) {
		l.run(ctx, op, n)
	}
}

func (l *lane) run(ctx context.Context, op *Op, n int) {
	if ctx.Err() != nil {
		l.miss(n, ops.Interrupted)
		return
	}
	intended := l.epoch + clock.Nanos(l.Intended[n])
	start := clock.Now()
	lag := start.Sub(intended)
	if lag >= l.Timeout { // no caller waits for its answer any more; sending it would only prolong an overload
		l.miss(n, ops.QueueExpired)
		return
	}
	*op = Op{N: n, Intended: l.Intended[n], Worker: op.Worker, Deadline: intended.Add(l.Timeout)}
	l.Do(op)
	l.record(op, start, lag)
}

// record books an operation that has just ended.
func (l *lane) record(op *Op, start clock.Nanos, lag time.Duration) {
	service := clock.Now().Sub(start)
	outcome, reason := judge(op.Reason, lag+service > l.Timeout)
	l.table.Put(l.Index, op.N, ops.Record{
		Outcome: outcome, Reason: reason, Flags: op.Flags,
		Intended: op.Intended, Lag: lag, Service: service, Aux: op.Aux,
	})
}

// judge turns what Do said into an outcome. Its own reason stands even when it was late: that a write is ambiguous says
// more than that it timed out. A reason to miss cannot be true of an operation that was sent, and becomes an error.
func judge(said ops.Reason, late bool) (ops.Outcome, ops.Reason) {
	switch said.Outcome() {
	case ops.OK:
		if late {
			return ops.Failed, ops.Timeout
		}
		return ops.OK, ops.NoReason
	case ops.Failed:
		return ops.Failed, said
	default:
		return ops.Failed, ops.Error
	}
}

func (l *lane) miss(n int, reason ops.Reason) {
	l.table.Put(l.Index, n, ops.Record{Outcome: ops.Missed, Reason: reason, Intended: l.Intended[n], Lag: l.Timeout})
}
