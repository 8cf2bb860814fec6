package harness

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"aftershock/results"
)

// Order lays out the trials of a run: group after group, so that each fix's line is known as early as possible; within a
// group the blocks in seeded random order; within a block the arms in seeded random order, and adjacent.
//
// Each block's arms come in a uniform permutation of their own, which for a pair is a coin. Then every sequence of signs of
// the differences is equally likely when the arms are identical, whatever the machine does over the run, and the signed-rank
// test is exact for any two arms of the block. Balancing the coins looks better and is worse: where neighbouring trials are
// alike it makes the differences of neighbouring pairs alike too, and finds a difference between identical arms in up to 6
// of 100 runs instead of 5 (docs/statistics.md).
//
// A group's order depends on the seed, its arms and the number of blocks alone, so running it by itself repeats it.
func Order(groups []results.Group, blocks int, seed uint64) []results.Slot {
	var order []results.Slot
	for _, g := range groups {
		for _, b := range random(seed, g.Name).Perm(blocks) {
			order = append(order, Block(g, b+1, 0, seed)...)
		}
	}
	return order
}

// Block returns the order of the arms in an attempt at a block. It is drawn anew for each attempt.
func Block(g results.Group, block, attempt int, seed uint64) []results.Slot {
	var slots []results.Slot
	for _, i := range random(seed, fmt.Sprintf("%s/%d/%d", g.Name, block, attempt)).Perm(len(g.Arms)) {
		slots = append(slots, results.Slot{Group: g.Name, Block: block, Arm: g.Arms[i].Name})
	}
	return slots
}

func random(seed uint64, of string) *rand.Rand {
	name := fnv.New64a()
	_, _ = name.Write([]byte(of)) // a hash never fails
	return rand.New(rand.NewPCG(seed, name.Sum64()))
}
