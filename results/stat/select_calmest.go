package stat

import (
	"cmp"
	"math"
	"slices"
)

// Disturbed is the score of a block above which it is called disturbed, and another attempt is made while there is
// room. The score is the share of the machine's CPU time, over all processors, that processes which are not ours and the
// hypervisor took in the windows of the block's most disturbed trial, from 0 to 1.
//
// In a recorded run that left the machine room (testdata/noisy/seed21.csv) the log ratio of the service's P99 under the
// trigger was 0.12 off its median in the 7 blocks with less than 1 % of steal, 0.18 in the 3 from 1 to 5 %, and 0.32 in
// the 6 above 5 %; the steady P50 of a trial was 4 % off its arm's median below 5 %, and 25 % above.
const Disturbed = 0.05

// Calmest gives the indices of the k lowest scores, in ascending order, so that what is judged keeps the order in which
// it ran. Of equal scores the one that comes first is taken. A score that is not known (NaN) is higher than any other.
// With fewer than k scores it gives all of them, and with a k below 1 none. It takes on the order of n log n steps.
func Calmest(scores []float64, k int) []int {
	order := upTo(len(scores))
	slices.SortStableFunc(order, func(a, b int) int { return compareScores(scores[a], scores[b]) })
	order = order[:min(max(k, 0), len(order))]
	slices.Sort(order)
	return order
}

// compareScores orders numbers with those that are not known last: cmp.Compare has them first.
func compareScores(a, b float64) int {
	switch x, y := math.IsNaN(a), math.IsNaN(b); {
	case x && y:
		return 0
	case x:
		return 1
	case y:
		return -1
	}
	return cmp.Compare(a, b)
}

// upTo is 0, 1, ... up to n-1.
func upTo(n int) []int {
	indices := make([]int, n)
	for i := range indices {
		indices[i] = i
	}
	return indices
}
