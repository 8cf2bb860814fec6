package kv

import (
	"strconv"
	"sync"
	"sync/atomic"

	"go.etcd.io/etcd/api/v3/mvccpb"
)

// ledger is what callers were told, and finds what cannot be true besides.
type ledger struct {
	locks [64]struct {
		sync.Mutex
		_ [56]byte // a cache line each
	}
	told  []mark // by key
	floor atomic.Int64

	back, stale func() // count a revision that went back, and a read of an outdated value
}

// mark is the newest write of a key that was acknowledged.
type mark struct {
	revision int64
	tag      uint64
}

func newLedger(keys int, back, stale func()) *ledger {
	return &ledger{told: make([]mark, keys), back: back, stale: stale}
}

// begin is the newest revision that any caller has been told by now: the answer to what begins now must not be older.
func (l *ledger) begin() int64 { return l.floor.Load() }

// answered takes the revision of a linearizable answer. A write makes a new one.
func (l *ledger) answered(began, revision int64, write bool) {
	if revision < began || write && revision == began {
		l.back()
	}
	for {
		known := l.floor.Load()
		if revision <= known || l.floor.CompareAndSwap(known, revision) {
			return
		}
	}
}

// wrote takes an acknowledged write of a key.
func (l *ledger) wrote(key int, revision int64, tag uint64) {
	lock := &l.locks[key%len(l.locks)]
	lock.Lock()
	defer lock.Unlock()
	if revision > l.told[key].revision {
		l.told[key] = mark{revision, tag}
	}
}

// of is the newest acknowledged write of a key by now.
func (l *ledger) of(key int) mark {
	lock := &l.locks[key%len(l.locks)]
	lock.Lock()
	defer lock.Unlock()
	return l.told[key]
}

// read takes the answer of a linearizable read of one key; found is nil when it is not there.
func (l *ledger) read(before mark, found *mvccpb.KeyValue) {
	if before.revision > 0 && (found == nil || found.ModRevision < before.revision) {
		l.stale()
	}
}

// lost counts the keys that have an older value than was acknowledged, or another one at the same revision, and says
// of the first of them what was found. Found are those that are there, by name. All writers have ended.
func (l *ledger) lost(names []string, found []*mvccpb.KeyValue) (n uint64, first string) {
	there := make(map[string]*mvccpb.KeyValue, len(found))
	for _, kv := range found {
		there[string(kv.Key)] = kv
	}
	for i, want := range l.told {
		fault := want.missedBy(there[names[i]])
		if fault == "" {
			continue
		}
		if n++; n == 1 {
			first = names[i] + " was written at revision " + strconv.FormatInt(want.revision, 10) + ", and " + fault
		}
	}
	return n, first
}

// missedBy says how what was found misses an acknowledged write; "" when it does not.
func (m mark) missedBy(got *mvccpb.KeyValue) string {
	switch {
	case m.revision == 0: // none was acknowledged
		return ""
	case got == nil:
		return "is not there"
	case got.ModRevision < m.revision:
		return "is there at revision " + strconv.FormatInt(got.ModRevision, 10)
	case got.ModRevision == m.revision && tagIn(got.Value) != m.tag:
		return "has another value"
	}
	return ""
}
