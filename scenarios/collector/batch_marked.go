package collector

import (
	"context"
	"math"

	"aftershock/results/ops"
)

// Of the batches whose context was live when they began, those in which every value carries the marker: nothing that a source
// has said is left of them, and yet they are complete. Kept only in runs of a fix that declares them.
const (
	BatchesMarked     = "batches_marked"
	BatchesMarkedLive = "batches_marked_live" // those of them whose context was still live when they were built: for no reason
)

// BatchesUnmarked are the batches that were begun under a cancelled context and do not say so: a reader takes them for ones
// from before the loss. Kept only in runs of a fix that declares it.
const BatchesUnmarked = "batches_unmarked"

// MarkedCounters are for fixes of builders to declare: a builder that marks all it is given is faster than any other, and its
// batches are complete.
var MarkedCounters = []ops.Counter{
	{Name: BatchesMarked, Unit: "batches", Better: ops.Lower}, {Name: BatchesMarkedLive, Unit: "batches", Better: ops.Lower},
}

// countMarked looks at a complete batch whose context was live when it began. That is done here and not by the builder, which
// would judge itself.
func (s *service) countMarked(shared context.Context, b *Batch) {
	if !marked(b.Values) {
		return
	}
	s.count(BatchesMarked, 1)
	if shared.Err() == nil {
		s.count(BatchesMarkedLive, 1)
	}
}

// countUnmarked looks at one value of a complete batch whose context was cancelled when it began: a builder that heeds it
// marks them all, and to look at all would cost as much as building them.
func (s *service) countUnmarked(b *Batch) {
	for _, value := range b.Values {
		if !marker(value) {
			s.count(BatchesUnmarked, 1)
		}
		return
	}
}

// marked tells whether every value is the marker. Of a batch that is not, the first look tells as a rule.
func marked(values map[string]any) bool {
	for _, value := range values {
		if !marker(value) {
			return false
		}
	}
	return true
}

// marker tells whether a value is the marker.
func marker(value any) bool {
	v, ok := value.(float64)
	return ok && math.Float64bits(v) == staleBits
}
