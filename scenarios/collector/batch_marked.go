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

// marked tells whether every value is the marker. Of a batch that is not, the first look tells as a rule.
func marked(values map[string]any) bool {
	for _, value := range values {
		if v, ok := value.(float64); !ok || math.Float64bits(v) != staleBits {
			return false
		}
	}
	return true
}
