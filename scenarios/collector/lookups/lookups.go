// Package lookups is the part of the collector that looks something up in etcd on behalf of requests: one operation of
// the stream "lookup" is one request. Its seam is the reader. Another client writes what is looked up all the time, so
// that the age of an answer is known.
package lookups

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/etcderr"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/stats"
)

const (
	// lookupBeat is how often what is looked up is written.
	lookupBeat = 100 * time.Millisecond
	// staleAge is far above the beat, and above the time in which a healthy cluster elects.
	staleAge = 2 * time.Second
	// firstPause spaces first lookups, for as long as there is nothing.
	firstPause = 10 * time.Millisecond
)

// Stream is the stream of lookups.
const Stream = "lookup"

// What the part counts of lookups.
const (
	Stale              = "lookups_stale"       // whose answer had been written more than two seconds before they began
	Leaderless         = "lookups_leaderless"  // that began after the watch had reported that there is no leader
	WireAttempts       = "wire_attempts"       // of reads of requests that went out to a member
	AttemptsUnanswered = "attempts_unanswered" // those of them to which nothing ever came back
)

// Part is the part with this reader.
func Part(newReader func(part.Wire) Reader) part.Part {
	return part.Part{
		Seam: "NewReader",
		Stream: harness.Served{
			Name: Stream, Aux: "age of what was read when the lookup began", Clustered: true, Optional: true,
		},
		Figures: []string{Stale, Leaderless, WireAttempts, AttemptsUnanswered},
		New:     func(on part.Base) part.Life { return newLookups(on, newReader) },
	}
}

type lookups struct {
	part.Base
	reader  Reader
	ctx     context.Context
	writing sync.WaitGroup
}

// newLookups gives the reader a wire whose clients count the attempts of their reads: what a member has to serve, and
// what a caller of Get never sees, because the client repeats it.
func newLookups(on part.Base, newReader func(part.Wire) Reader) *lookups {
	l := &lookups{Base: on}
	wire := on.Wire
	wire.Dial = func(links []string, change func(*clientv3.Config)) (*clientv3.Client, error) {
		return on.Dial(links, func(c *clientv3.Config) {
			if change != nil {
				change(c)
			}
			part.Observe(l.see, part.Range)(c)
		})
	}
	l.reader = newReader(wire)
	return l
}

// see counts the attempts of reads.
func (l *lookups) see(a *part.Attempt, event stats.RPCStats) {
	switch event.(type) {
	case *stats.OutHeader:
		l.Count(WireAttempts, 1)
	case *stats.End:
		if a.Sent() && !a.Answered() {
			l.Count(AttemptsUnanswered, 1)
		}
	}
}

// Start writes what is looked up and reads it, so that the reader is connected before the first request asks.
func (l *lookups) Start(ctx context.Context) error {
	l.ctx = ctx
	writer, err := l.Truth()
	if err != nil {
		return fmt.Errorf("connect past the links: %w", err)
	}
	patient, cancel := context.WithTimeout(ctx, part.Patience)
	defer cancel()
	if _, err := writer.Put(patient, Key, stamp(clock.Now())); err != nil {
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
		if !errors.Is(err, errNothingThere) || !part.Pause(patient, firstPause) {
			return err
		}
	}
}

// Do is one request's.
func (l *lookups) Do(op *load.Op) {
	began := clock.Now()
	if l.Lost() { // asked in both arms, so that both are known to have met the same condition
		l.Count(Leaderless, 1)
		op.Flags |= ops.Trigger
	}
	request, cancel := context.WithTimeout(l.ctx, op.Deadline.Sub(began))
	defer cancel()
	value, err := l.reader.Read(request)
	age, err := ageOf(value, began, err)
	if err == nil && age > staleAge {
		l.Count(Stale, 1)
	}
	op.Aux, op.Reason = int64(age), etcderr.ClassifyRead(err)
}

// Close waits for the writer.
func (l *lookups) Close(context.Context) error {
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
		_, _ = writer.Txn(patient).If(clientv3.Compare(clientv3.Value(Key), "<", now)).
			Then(clientv3.OpPut(Key, now)).Commit()
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
		return 0, fmt.Errorf("the value of %s: %w", Key, err)
	}
	return max(0, began.Sub(clock.Nanos(written))), nil
}
