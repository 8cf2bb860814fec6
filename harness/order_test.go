package harness

import (
	"slices"
	"testing"

	"aftershock/results"
)

func TestOrderIsFixedByTheSeed(t *testing.T) {
	fixes := []string{"context-isolation", "lock-across-rpc"}
	first, again, other := Order(fixes, 8, 7), Order(fixes, 8, 7), Order(fixes, 8, 8)
	if !slices.Equal(first, again) {
		t.Fatal("one seed gave two orders")
	}
	if slices.Equal(first, other) {
		t.Fatal("another seed gave the same order")
	}
	if alone := Order(fixes[1:], 8, 7); !slices.Equal(alone, first[16:]) {
		t.Fatal("a fix that runs alone has another order than beside others")
	}
}

func TestOrderHoldsEveryPairOnceWithItsArmsAdjacent(t *testing.T) {
	for pairs := 1; pairs <= 15; pairs++ {
		for seed := range uint64(20) {
			order := Order([]string{"a"}, pairs, seed)
			if len(order) != 2*pairs {
				t.Fatalf("%d pairs gave %d trials", pairs, len(order))
			}
			seen := map[int]bool{}
			for i := 0; i < len(order); i += 2 {
				one, two := order[i], order[i+1]
				if one.Pair != two.Pair || one.Arm == two.Arm || seen[one.Pair] {
					t.Fatalf("trials %+v and %+v are not a new pair", one, two)
				}
				seen[one.Pair] = true
			}
		}
	}
}

// The test of the pairs' differences is exact only if every sequence of arms that come first is equally likely.
func TestEverySequenceOfFirstArmsIsEquallyLikely(t *testing.T) {
	const seeds, pairs = 16_000, 4
	counts := map[[pairs]results.Arm]int{}
	for seed := range uint64(seeds) {
		order := Order([]string{"a"}, pairs, seed)
		var first [pairs]results.Arm
		for i := range first {
			first[i] = order[2*i].Arm
		}
		counts[first]++
	}
	if len(counts) != 1<<pairs {
		t.Fatalf("%d sequences occur, want %d", len(counts), 1<<pairs)
	}
	for sequence, n := range counts {
		if n < 860 || n > 1140 { // 1000 expected; a standard deviation is 31
			t.Errorf("%v is the order of %d of %d seeds", sequence, n, seeds)
		}
	}
}
