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

func TestOrderHoldsEveryPairOnceAndBalancesItsArms(t *testing.T) {
	for pairs := 1; pairs <= 15; pairs++ {
		for seed := range uint64(20) {
			order := Order([]string{"a"}, pairs, seed)
			if len(order) != 2*pairs {
				t.Fatalf("%d pairs gave %d trials", pairs, len(order))
			}
			seen := map[int]bool{}
			beforeFirst := 0
			for i := 0; i < len(order); i += 2 {
				one, two := order[i], order[i+1]
				if one.Pair != two.Pair || one.Arm == two.Arm || seen[one.Pair] {
					t.Fatalf("trials %+v and %+v are not a new pair", one, two)
				}
				seen[one.Pair] = true
				if one.Arm == results.Before {
					beforeFirst++
				}
			}
			if d := 2*beforeFirst - pairs; d < -1 || d > 1 {
				t.Fatalf("seed %d: %d of %d pairs run before first", seed, beforeFirst, pairs)
			}
		}
	}
}
