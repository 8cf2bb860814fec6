package records

import (
	"context"
	"fmt"
	"strings"
	"sync"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Close compares what the callers were told with what is there. Where that cannot be found out it fails, and with it
// the trial: counters that stayed 0 would say that all is well.
func (r *records) Close(ctx context.Context) error {
	if !r.audited || len(r.told.answers) == 0 {
		return nil
	}
	found, err := r.find(ctx)
	if err != nil {
		return fmt.Errorf("audit of the records: %w", err)
	}
	b := r.told.compare(found)
	r.Count(FalseFailures, b.falseFailures)
	r.Count(Duplicates, b.duplicates)
	r.Count(Lost, b.lost)
	return nil
}

// auditMost is how many copies an audit looks at: about 100 MB of them, and far more than a trial can write.
const auditMost = 1 << 20

// find counts the copies of each record, by one linearizable read: a member that lags would hide the last of them.
// Pages would cost the member the number of records squared, since it counts all that is left of the range for each
// page (server/v3
// 3.7.3, storage/mvcc/index.go, Revisions): 60 to 70 times one read, for 200,000 records in pages of 100.
func (r *records) find(ctx context.Context) (map[string]uint64, error) {
	client, err := r.Truth()
	if err != nil {
		return nil, err
	}
	all, err := client.Get(ctx, Prefix, clientv3.WithPrefix(), clientv3.WithLimit(auditMost))
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

// ledger is the answers that callers got for their records.
type ledger struct {
	mu      sync.Mutex
	answers map[string]bool // ID -> that it is kept
}

func (l *ledger) note(id string, kept bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers[id] = kept
}

// balance counts the differences between the answers and the truth.
type balance struct {
	falseFailures uint64 // records whose caller was told that they are not kept, and they are
	duplicates    uint64 // copies beyond the first
	lost          uint64 // records whose caller was told that they are kept, and they are not
}

// compare holds the answers against how often each record is there. All writers have ended. A record that is in no
// answer belongs to another client.
func (l *ledger) compare(copies map[string]uint64) (b balance) {
	for id, kept := range l.answers {
		n := copies[id]
		switch {
		case kept && n == 0:
			b.lost++
		case !kept && n > 0:
			b.falseFailures++
		}
		if n > 1 {
			b.duplicates += n - 1
		}
	}
	return b
}
