package harness

import (
	"hash/fnv"
	"math/rand/v2"

	"aftershock/results"
)

// Order lays out the trials of a run: fix after fix, so that each fix's line is known as early as possible; within a
// fix the pairs in seeded random order; within a pair the arms in seeded random order, and adjacent.
//
// Half of a fix's pairs run the before arm first (one more or fewer when their number is odd): with a coin a pair, a
// machine that slows down over the run would favour one arm in every run whose coins fell unevenly.
//
// A fix's order depends on the seed, its name and the number of pairs alone, so running it by itself repeats it.
func Order(fixes []string, pairs int, seed uint64) []results.Slot {
	var order []results.Slot
	for _, fix := range fixes {
		name := fnv.New64a()
		_, _ = name.Write([]byte(fix)) // a hash never fails
		rng := rand.New(rand.NewPCG(seed, name.Sum64()))
		extra := rng.IntN(2)
		beforeFirst := make([]bool, pairs)
		for i := range beforeFirst {
			beforeFirst[i] = i < (pairs+extra)/2
		}
		rng.Shuffle(pairs, func(i, j int) { beforeFirst[i], beforeFirst[j] = beforeFirst[j], beforeFirst[i] })
		for i, p := range rng.Perm(pairs) {
			arms := [2]results.Arm{results.After, results.Before}
			if beforeFirst[i] {
				arms = [2]results.Arm{results.Before, results.After}
			}
			for _, arm := range arms {
				order = append(order, results.Slot{Fix: fix, Pair: p + 1, Arm: arm})
			}
		}
	}
	return order
}
