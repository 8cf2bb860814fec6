// Package records is the part of the collector that keeps records: one operation of the stream "record" is one record
// with an ID of its own, which has to be kept exactly once. Its seam is the writer. At its end it checks what has
// become of them, if a fix counts that.
package records

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/etcderr"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Stream is the stream of records.
const Stream = "record"

// hung is how long a write may take before it hangs: longer than an election takes at the timing of the scenarios.
const hung = time.Second

// Part is the part with this writer.
func Part(newWriter func(part.Wire) Writer) part.Part {
	return part.Part{
		Seam:   "NewWriter",
		Stream: harness.Served{Name: Stream, Clustered: true, Optional: true},
		Figures: []string{
			FalseFailures, Duplicates, Lost, SurfacedFailures, DroppedFailed, TimeHung, Leaderless, Attempts, Ambiguous,
			ProposalsDropped,
		},
		New: func(on part.Base) part.Life { return newRecords(on, newWriter) },
	}
}

type records struct {
	part.Base
	newWriter func(part.Wire) Writer
	audited   bool

	ctx    context.Context
	writer Writer
	told   ledger
}

func newRecords(on part.Base, newWriter func(part.Wire) Writer) *records {
	counted := func(c ops.Counter) bool { return slices.Contains(on.Counters, c.Name) }
	return &records{
		Base: on, newWriter: newWriter, told: ledger{answers: map[string]bool{}},
		audited: slices.ContainsFunc(Counters, counted),
	}
}

// Start gives the writer a client of its own, which is connected, and on which each attempt is seen.
func (r *records) Start(ctx context.Context) (err error) {
	r.ctx = ctx
	on := r.Wire
	on.Client, err = on.Dial(on.Links[:1], part.Observe(r.see, part.Put, part.Txn))
	if err != nil {
		return fmt.Errorf("records: %w", err)
	}
	if err := warm(ctx, on.Client); err != nil {
		return fmt.Errorf("records: connect: %w", err)
	}
	r.writer = r.newWriter(on)
	return nil
}

// warm has a client connected, by a read that any member answers by itself.
func warm(ctx context.Context, client *clientv3.Client) error {
	ctx, cancel := context.WithTimeout(ctx, part.Patience)
	defer cancel()
	_, err := client.Get(ctx, Prefix, clientv3.WithSerializable(), clientv3.WithCountOnly())
	return err
}

// Do writes one record, and keeps what its caller is told.
func (r *records) Do(op *load.Op) {
	began := clock.Now()
	ctx, cancel := context.WithTimeout(r.ctx, op.Deadline.Sub(began))
	defer cancel()
	if r.Lost() {
		r.Count(Leaderless, 1)
		op.Flags |= ops.Trigger
	}
	ctx, met := withFate(ctx)
	id := fmt.Sprintf("%08d", op.N)
	err := r.writer.Write(ctx, Record{ID: id, Value: id + " is to be kept once"})
	ended := clock.Now()
	if err != nil && met.dropped.Load() {
		r.Count(DroppedFailed, 1)
	}
	if err != nil && ended < op.Deadline {
		r.Count(SurfacedFailures, 1)
	}
	if took := ended.Sub(began); took > hung {
		r.Count(TimeHung, uint64(took-hung))
	}
	r.told.note(id, err == nil)
	op.Reason = etcderr.ClassifyWrite(err)
}
