package harness

import (
	"hash/fnv"
	"math/rand/v2"

	"aftershock/results"
)

// Order lays out the trials of a run: fix after fix, so that each fix's line is known as early as possible; within a
// fix the pairs in seeded random order; within a pair the arms in seeded random order, and adjacent.
//
// Which arm of a pair comes first is a coin a pair. Then every sequence of signs of the pairs' differences is equally
// likely when the arms are identical, whatever the machine does over the run, and the signed-rank test is exact. Balancing
// the coins looks better and is worse: where neighbouring trials are alike it makes the differences of neighbouring pairs
// alike too, and finds a difference between identical arms in up to 6 of 100 runs instead of 5 (docs/statistics.md).
//
// A fix's order depends on the seed, its name and the number of pairs alone, so running it by itself repeats it.
func Order(fixes []string, pairs int, seed uint64) []results.Slot {
	var order []results.Slot
	for _, fix := range fixes {
		name := fnv.New64a()
		_, _ = name.Write([]byte(fix)) // a hash never fails
		rng := rand.New(rand.NewPCG(seed, name.Sum64()))
		for _, p := range rng.Perm(pairs) {
			arms := [2]results.Arm{results.After, results.Before}
			if rng.IntN(2) == 0 {
				arms = [2]results.Arm{results.Before, results.After}
			}
			for _, arm := range arms {
				order = append(order, results.Slot{Fix: fix, Pair: p + 1, Arm: arm})
			}
		}
	}
	return order
}
