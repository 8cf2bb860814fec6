package harness

import (
	"slices"
	"testing"

	"aftershock/results"
)

func groupNamed(name string, arms ...results.Arm) results.Group {
	g := results.Group{Name: name}
	for _, a := range arms {
		g.Arms = append(g.Arms, results.GroupArm{Name: a, Fix: name, Side: a})
	}
	return g
}

var pairOf = groupNamed("a", results.Before, results.After)

func TestOrderIsFixedByTheSeed(t *testing.T) {
	groups := []results.Group{groupNamed("context-isolation", "x", "y", "z"), groupNamed("lock-across-rpc", "x", "y")}
	first, again, other := Order(groups, 8, 7), Order(groups, 8, 7), Order(groups, 8, 8)
	if !slices.Equal(first, again) {
		t.Fatal("one seed gave two orders")
	}
	if slices.Equal(first, other) {
		t.Fatal("another seed gave the same order")
	}
	if alone := Order(groups[1:], 8, 7); !slices.Equal(alone, first[24:]) {
		t.Fatal("a group that runs alone has another order than beside others")
	}
}

func TestOrderHoldsEveryBlockOnceWithItsArmsAdjacent(t *testing.T) {
	g := groupNamed("a", "x", "y", "z")
	for blocks := 1; blocks <= 15; blocks++ {
		for seed := range uint64(20) {
			order := Order([]results.Group{g}, blocks, seed)
			if len(order) != 3*blocks {
				t.Fatalf("%d blocks gave %d trials", blocks, len(order))
			}
			seen := map[int]bool{}
			for block := range slices.Chunk(order, 3) {
				arms := map[results.Arm]bool{}
				for _, s := range block {
					arms[s.Arm] = s.Block == block[0].Block
				}
				if len(arms) != 3 || !arms["x"] || !arms["y"] || !arms["z"] || seen[block[0].Block] {
					t.Fatalf("trials %+v are not a new block", block)
				}
				seen[block[0].Block] = true
			}
		}
	}
}

// The test of the pairs' differences is exact only if every sequence of arms that come first is equally likely.
func TestEverySequenceOfFirstArmsIsEquallyLikely(t *testing.T) {
	const seeds, blocks = 16_000, 4
	counts := map[[blocks]results.Arm]int{}
	for seed := range uint64(seeds) {
		order := Order([]results.Group{pairOf}, blocks, seed)
		var first [blocks]results.Arm
		for i := range first {
			first[i] = order[2*i].Arm
		}
		counts[first]++
	}
	if len(counts) != 1<<blocks {
		t.Fatalf("%d sequences occur, want %d", len(counts), 1<<blocks)
	}
	for sequence, n := range counts {
		if n < 860 || n > 1140 { // 1000 expected; a standard deviation is 31
			t.Errorf("%v is the order of %d of %d seeds", sequence, n, seeds)
		}
	}
}

// Every permutation of a block's arms has to be equally likely, for any two of its arms are compared.
func TestEveryPermutationOfABlockIsEquallyLikely(t *testing.T) {
	const seeds = 12_000
	counts := map[[3]results.Arm]int{}
	for seed := range uint64(seeds) {
		slots := Block(groupNamed("a", "x", "y", "z"), 1, 0, seed)
		counts[[3]results.Arm{slots[0].Arm, slots[1].Arm, slots[2].Arm}]++
	}
	if len(counts) != 6 {
		t.Fatalf("%d permutations occur, want 6", len(counts))
	}
	for order, n := range counts {
		if n < 1800 || n > 2200 { // 2000 expected; a standard deviation is 41
			t.Errorf("%v is the order of %d of %d seeds", order, n, seeds)
		}
	}
}

// A block that is run again must not have the coin of its first attempt: what made it be run again came after that.
func TestAnAttemptHasACoinOfItsOwn(t *testing.T) {
	const seeds = 4000
	same := 0
	for seed := range uint64(seeds) {
		if slices.Equal(Block(pairOf, 1, 0, seed), Block(pairOf, 1, 1, seed)) {
			same++
		}
	}
	if same < 1870 || same > 2130 { // 2000 expected; a standard deviation is 32
		t.Errorf("%d of %d second attempts have the order of the first", same, seeds)
	}
}
