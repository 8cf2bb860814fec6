package safemap

import "aftershock/scenarios/collector"

// unprotected is a map, and nothing else.
type unprotected map[string]any

func newUnprotected(room int) collector.Table { return make(unprotected, room) }

func (m unprotected) Store(key string, value any) { m[key] = value }

func (m unprotected) Load(key string) (any, bool) {
	value, ok := m[key]
	return value, ok
}
