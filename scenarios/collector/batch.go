package collector

import (
	"errors"
	"math"

	"aftershock/internal/clock"
)

// Batch is one reading of all series.
type Batch struct {
	Values map[string]any
	Want   int         // the number of series that a complete batch has
	Built  clock.Nanos // when the last value was put in
}

// Complete tells whether no series is missing.
func (b *Batch) Complete() bool { return len(b.Values) == b.Want }

// Series is one value under its full name, such as n1:etcd_server_has_leader:value. Values are boxed when a page is
// parsed: boxing them in each batch would measure the allocator and not the map.
type Series struct {
	Key   string
	Value any
}

// Stale replaces the value of a series while its source cannot be trusted. It is Prometheus' staleness marker
// (prometheus/model/value/value.go), a NaN with a payload of its own.
var Stale any = math.Float64frombits(staleBits)

const staleBits = 0x7ff0000000000002

// ErrNoBatch is what Publish returns before the first batch was handed on.
var ErrNoBatch = errors.New("no batch has been handed on yet")
