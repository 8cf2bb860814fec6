package kv

import (
	"sync"
	"testing"

	"go.etcd.io/etcd/api/v3/mvccpb"
)

type counted struct{ back, stale int }

func ledgerOf(keys int) (*ledger, *counted) {
	c := &counted{}
	return newLedger(keys, func() { c.back++ }, func() { c.stale++ }), c
}

func TestRevisionsThatGoBackAreCounted(t *testing.T) {
	for name, c := range map[string]struct {
		known, began, revision int64
		write                  bool
		back                   int
		floor                  int64
	}{
		"a read that is new":               {5, 5, 6, false, 0, 6},
		"a read of what is known":          {5, 5, 5, false, 0, 5},
		"a read that is older":             {5, 5, 4, false, 1, 5},
		"a read that began before":         {5, 3, 4, false, 0, 5},
		"a write that is new":              {5, 5, 6, true, 0, 6},
		"a write at a known revision":      {5, 5, 5, true, 1, 5},
		"a write that is older":            {5, 5, 3, true, 1, 5},
		"a write beside one that is newer": {5, 3, 4, true, 0, 5},
	} {
		l, got := ledgerOf(1)
		l.answered(0, c.known, true)
		l.answered(c.began, c.revision, c.write)
		if got.back != c.back || l.begin() != c.floor {
			t.Errorf("%s: %d counted, newest %d; want %d, %d", name, got.back, l.begin(), c.back, c.floor)
		}
	}
}

func TestStaleReadsAreCounted(t *testing.T) {
	l, got := ledgerOf(2)
	l.wrote(1, 7, 1)
	for _, c := range []struct {
		key   int
		found *mvccpb.KeyValue
		stale int
	}{
		{0, nil, 0}, // never written
		{1, &mvccpb.KeyValue{ModRevision: 7}, 0},
		{1, &mvccpb.KeyValue{ModRevision: 8}, 0},
		{1, &mvccpb.KeyValue{ModRevision: 6}, 1},
		{1, nil, 1},
	} {
		got.stale = 0
		if l.read(l.of(c.key), c.found); got.stale != c.stale {
			t.Errorf("key %d found as %v: %d counted, want %d", c.key, c.found, got.stale, c.stale)
		}
	}
}

func TestLostWritesAreFound(t *testing.T) {
	const written = "b was written at revision 7, and "
	found := func(revision int64, value string) *mvccpb.KeyValue {
		return &mvccpb.KeyValue{Key: []byte("b"), ModRevision: revision, Value: []byte(value)}
	}
	value := newValues(LeastValue).with
	for name, c := range map[string]struct {
		found *mvccpb.KeyValue
		first string
	}{
		"as it was told":         {found(7, value(3)), ""},
		"written again":          {found(9, value(1)), ""},
		"gone":                   {&mvccpb.KeyValue{Key: []byte("x"), ModRevision: 9}, written + "is not there"},
		"older":                  {found(6, value(3)), written + "is there at revision 6"},
		"another's value":        {found(7, value(4)), written + "has another value"},
		"a value without number": {found(7, "v"), written + "has another value"},
	} {
		l, _ := ledgerOf(2)
		l.wrote(1, 7, 3)
		l.wrote(1, 5, 9) // its answer came late
		n, first := l.lost([]string{"a", "b"}, []*mvccpb.KeyValue{c.found})
		if first != c.first || (n == 1) != (first != "") {
			t.Errorf("%s: %d, %q; want %q", name, n, first, c.first)
		}
	}
}

// Whatever the order in which answers arrive, the newest counts.
func TestManyCallersLeaveTheNewest(t *testing.T) {
	l, got := ledgerOf(3)
	var all sync.WaitGroup
	for caller := range 8 {
		all.Go(func() {
			for i := range 1000 {
				revision := int64(8*i + caller + 1)
				l.answered(0, revision, true)
				l.wrote(i%3, revision, uint64(revision))
			}
		})
	}
	all.Wait()
	if l.begin() != 8000 || l.of(0) != (mark{8000, 8000}) || got.back != 0 {
		t.Errorf("newest %d, of key 0 %+v, %d went back", l.begin(), l.of(0), got.back)
	}
}
