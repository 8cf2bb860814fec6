package collector

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"

	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	// lookupBeat is how often what is looked up is written.
	lookupBeat = 100 * time.Millisecond
	// staleAge is far above the beat, and above the time in which a healthy cluster elects.
	staleAge = 2 * time.Second
	// firstPause spaces first lookups, for as long as there is nothing.
	firstPause = 10 * time.Millisecond
)

// lookups are the reads of requests, and the writer of what they read.
type lookups struct {
	reader  Reader
	truth   func() (*clientv3.Client, error)
	leader  *leadership
	count   Count
	ctx     context.Context
	writing sync.WaitGroup
}

func newLookups(newReader func(Wire) Reader, on Wire, truth func() (*clientv3.Client, error), leader *leadership) *lookups {
	return &lookups{reader: newReader(countingReads(on)), truth: truth, leader: leader, count: on.Count}
}

// start writes what is looked up and reads it, so that the reader is connected before the first request asks.
func (l *lookups) start(ctx context.Context) error {
	l.ctx = ctx
	writer, err := l.truth()
	if err != nil {
		return fmt.Errorf("connect past the links: %w", err)
	}
	patient, cancel := context.WithTimeout(ctx, connectPatience)
	defer cancel()
	if _, err := writer.Put(patient, LookupKey, stamp(clock.Now())); err != nil {
		return fmt.Errorf("write what is looked up: %w", err)
	}
	l.writing.Go(func() { beat(ctx, writer) })
	if err := l.reader.Connect(); err != nil {
		return fmt.Errorf("connect the reader: %w", err)
	}
	if err := l.first(patient); err != nil {
		return fmt.Errorf("the first lookup: %w", err)
	}
	return nil
}

// first looks up until there is a value: a follower that answers by itself may not have what was just written.
func (l *lookups) first(patient context.Context) error {
	for {
		_, err := l.reader.Read(patient)
		if !errors.Is(err, errNothingThere) || !Pause(patient, firstPause) {
			return err
		}
	}
}

func (l *lookups) operation(stream string) operation {
	if stream != LookupStream {
		return nil
	}
	return l.lookUp
}

// lookUp is one request's.
func (l *lookups) lookUp(op *load.Op) {
	began := clock.Now()
	if l.leader.lost() { // asked in both arms, so that both are known to have met the same condition
		l.count(LookupsLeaderless, 1)
		op.Flags |= ops.Trigger
	}
	request, cancel := context.WithTimeout(l.ctx, op.Deadline.Sub(began))
	defer cancel()
	value, err := l.reader.Read(request)
	age, err := ageOf(value, began, err)
	if err == nil && age > staleAge {
		l.count(LookupsStale, 1)
	}
	op.Aux, op.Reason = int64(age), classifyRead(err)
}

// close waits for the writer.
func (l *lookups) close(context.Context) error {
	l.writing.Wait()
	return nil
}

// beat writes the time again and again until the context ends. A write that fails is followed by the next; one that a
// partition has held back must not come true when it is outdated, and so each asks for an older value.
func beat(ctx context.Context, writer *clientv3.Client) {
	next := time.NewTicker(lookupBeat)
	defer next.Stop()
	for {
		select {
		case <-next.C:
		case <-ctx.Done():
			return
		}
		patient, cancel := context.WithTimeout(ctx, 2*lookupBeat)
		now := stamp(clock.Now())
		_, _ = writer.Txn(patient).If(clientv3.Compare(clientv3.Value(LookupKey), "<", now)).
			Then(clientv3.OpPut(LookupKey, now)).Commit()
		cancel()
	}
}

// stamp writes a time so that etcd, which compares values byte by byte, finds the earlier one smaller.
func stamp(at clock.Nanos) string { return fmt.Sprintf("%020d", at) }

// ageOf is how long before a lookup began its answer was written; 0 for one that was written since.
func ageOf(value string, began clock.Nanos, err error) (time.Duration, error) {
	if err != nil {
		return 0, err
	}
	written, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("the value of %s: %w", LookupKey, err)
	}
	return max(0, began.Sub(clock.Nanos(written))), nil
}

// classifyRead says what became of a read. None is ambiguous: one that failed has changed nothing.
func classifyRead(err error) ops.Reason {
	switch {
	case err == nil:
		return ops.NoReason
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Timeout
	case Unavailable(err):
		return ops.Rejected
	default:
		return ops.Error
	}
}
