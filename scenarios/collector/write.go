package collector

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// hung is how long a write may take before it hangs: longer than an election takes at the timing of the scenarios.
const hung = time.Second

// records is the part that keeps records: one of the stream "record" is one record with an ID of its own. At its end it
// checks what has become of them, if a fix counts that.
type records struct {
	on        Wire
	newWriter func(Wire) Writer
	truth     func() (*clientv3.Client, error)
	audited   bool
	leader    *leadership

	ctx    context.Context
	writer Writer
	told   ledger
}

func (w workload) records(on Wire, s *service, counters []string) *records {
	return &records{
		on: on, newWriter: w.seams.NewWriter, truth: s.remote.truth, leader: s.leader, told: ledger{answers: map[string]bool{}},
		audited: slices.ContainsFunc(RecordCounters, func(c ops.Counter) bool { return slices.Contains(counters, c.Name) }),
	}
}

// start gives the writer a client of its own, which is connected, and on which each attempt is seen.
func (r *records) start(ctx context.Context) (err error) {
	r.ctx = ctx
	if r.on.Client, err = r.on.Dial(r.on.Links[:1], watchAttempts(r.on.Count)); err != nil {
		return fmt.Errorf("records: %w", err)
	}
	if err := warm(ctx, r.on.Client); err != nil {
		return fmt.Errorf("records: connect: %w", err)
	}
	r.writer = r.newWriter(r.on)
	return nil
}

func (r *records) operation(stream string) operation {
	if stream != RecordStream {
		return nil
	}
	return r.write
}

// write writes one record, and keeps what its caller is told.
func (r *records) write(op *load.Op) {
	began := clock.Now()
	ctx, cancel := context.WithTimeout(r.ctx, op.Deadline.Sub(began))
	defer cancel()
	if r.leader.lost() {
		r.on.Count(RecordsLeaderless, 1)
		op.Flags |= ops.Trigger
	}
	ctx, met := withFate(ctx)
	id := fmt.Sprintf("%08d", op.N)
	err := r.writer.Write(ctx, Record{ID: id, Value: id + " is to be kept once"})
	ended := clock.Now()
	if err != nil && met.dropped.Load() {
		r.on.Count(DroppedFailed, 1)
	}
	if err != nil && ended < op.Deadline {
		r.on.Count(SurfacedFailures, 1)
	}
	if took := ended.Sub(began); took > hung {
		r.on.Count(TimeHung, uint64(took-hung))
	}
	r.told.note(id, err == nil)
	op.Reason = classify(err)
}

// close compares what the callers were told with what is there. Where that cannot be found out it fails, and with it the
// trial: counters that stayed 0 would say that all is well.
func (r *records) close(ctx context.Context) error {
	if !r.audited || len(r.told.answers) == 0 {
		return nil
	}
	found, err := r.find(ctx)
	if err != nil {
		return fmt.Errorf("audit of the records: %w", err)
	}
	b := r.told.compare(found)
	r.on.Count(FalseFailures, b.falseFailures)
	r.on.Count(Duplicates, b.duplicates)
	r.on.Count(RecordsLost, b.lost)
	return nil
}

// auditMost is how many copies an audit looks at: about 100 MB of them, and far more than a trial can write.
const auditMost = 1 << 20

// find counts the copies of each record, by one linearizable read: a member that lags would hide the last of them. Pages
// would cost the member the number of records squared, since it counts all that is left of the range for each page (server/v3
// 3.7.3, storage/mvcc/index.go, Revisions): 60 to 70 times one read, for 200,000 records in pages of 100.
func (r *records) find(ctx context.Context) (map[string]uint64, error) {
	client, err := r.truth()
	if err != nil {
		return nil, err
	}
	all, err := client.Get(ctx, RecordsPrefix, clientv3.WithPrefix(), clientv3.WithLimit(auditMost))
	if err != nil {
		return nil, err
	}
	if all.More {
		return nil, fmt.Errorf("there are %d copies, and %d are looked at", all.Count, auditMost)
	}
	found := make(map[string]uint64, len(all.Kvs))
	for _, kv := range all.Kvs {
		id, _, _ := strings.Cut(string(kv.Value), " ")
		found[id]++
	}
	return found, nil
}
