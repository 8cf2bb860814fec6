package collector

import "math"

// Of batches. Both are kept only in runs of a fix that declares them.
const (
	// BatchesUnmarked are batches that began under a cancelled context and do not say so: a reader takes them for
	// batches from before the loss.
	BatchesUnmarked = "batches_unmarked"
	// BatchesGivenUp are batches that their builder has given up. Readers keep an older one meanwhile.
	BatchesGivenUp = "batches_given_up"
)

// countUnmarked looks at one value of a complete batch whose context was cancelled when it began: a builder that
// heeds it marks them all, and to look at all would cost as much as building them.
func (s *service) countUnmarked(b *Batch) {
	for _, value := range b.Values {
		if !marker(value) {
			s.count(BatchesUnmarked, 1)
		}
		return
	}
}

// marker tells whether a value is the marker.
func marker(value any) bool {
	v, ok := value.(float64)
	return ok && math.Float64bits(v) == staleBits
}
