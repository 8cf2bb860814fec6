package safemap

import (
	"hash/maphash"
	"sync"

	"aftershock/scenarios/collector"

	"github.com/puzpuzpuz/xsync/v4"
)

// locked is a map under a lock that readers share.
type locked struct {
	mu     sync.RWMutex
	values map[string]any
}

func newLocked(room int) collector.Table { return &locked{values: make(map[string]any, room)} }

func (m *locked) Store(key string, value any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[key] = value
}

func (m *locked) Load(key string) (any, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	value, ok := m.values[key]
	return value, ok
}

// exclusive is a map under a lock that a single goroutine has, reading or writing.
type exclusive struct {
	mu     sync.Mutex
	values map[string]any
}

func newExclusive(room int) collector.Table { return &exclusive{values: make(map[string]any, room)} }

func (m *exclusive) Store(key string, value any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[key] = value
}

func (m *exclusive) Load(key string) (any, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.values[key]
	return value, ok
}

// concurrent is the standard library's sync.Map, which has no size to begin with.
type concurrent struct{ values sync.Map }

func newConcurrent(int) collector.Table { return &concurrent{} }

func (m *concurrent) Store(key string, value any) { m.values.Store(key, value) }
func (m *concurrent) Load(key string) (any, bool) { return m.values.Load(key) }

// shards is how many maps a sharded one has: many times the cores of a small machine, so that two goroutines rarely meet.
const shards = 64

// sharded is many maps under locks of their own; a key's hash says which is its.
type sharded struct {
	seed maphash.Seed
	maps [shards]locked
}

func newSharded(room int) collector.Table {
	m := &sharded{seed: maphash.MakeSeed()}
	for i := range m.maps {
		m.maps[i].values = make(map[string]any, room/shards+1)
	}
	return m
}

func (m *sharded) of(key string) *locked { return &m.maps[maphash.String(m.seed, key)%shards] }

func (m *sharded) Store(key string, value any) { m.of(key).Store(key, value) }
func (m *sharded) Load(key string) (any, bool) { return m.of(key).Load(key) }

// striped is xsync's map: buckets of a cache line, each with a lock that readers do not take.
type striped struct{ values *xsync.Map[string, any] }

func newStriped(room int) collector.Table {
	return striped{xsync.NewMap[string, any](xsync.WithPresize(room))}
}

func (m striped) Store(key string, value any) { m.values.Store(key, value) }
func (m striped) Load(key string) (any, bool) { return m.values.Load(key) }
