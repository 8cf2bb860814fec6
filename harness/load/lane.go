package load

import (
	"context"
	"time"

	"aftershock/internal/clock"
	"aftershock/results/ops"
)

// lane is a stream under way.
//
//	pacer -> release -> pool -> work -> run -> table
//	            |                        |
//	            +- generator_late        +- queue_expired, interrupted
//	            +- in_flight_cap
type lane struct {
	Stream
	epoch  clock.Nanos
	table  *ops.Table
	pool   *pool
	cursor int // the next operation; the pacer's alone
}

// release passes the next operation on. It runs on the pacer's thread and never waits.
func (l *lane) release(late time.Duration) {
	n := l.cursor
	l.cursor++
	if late >= l.Timeout {
		l.miss(n, ops.GeneratorLate)
	} else if !l.pool.submit(n) {
		l.miss(n, ops.InFlightCap)
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
	service := clock.Now().Sub(start)
	outcome, reason := judge(op.Reason, lag+service > l.Timeout)
	l.table.Put(l.Index, n, ops.Record{
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
