package radix_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"aftershock/internal/radix"
)

func TestSort(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 127, 128, 129, 70_000} {
		for name, next := range map[string]func() int64{
			"times": func() int64 { return int64(2e6 * math.Exp(0.5*random.NormFloat64())) },
			"any":   func() int64 { return int64(random.Uint64()) },
			"alike": func() int64 { return 7 },
			"few":   func() int64 { return random.Int64N(3) - 1 },
			"ends":  func() int64 { return []int64{math.MinInt64, math.MaxInt64, 0, -1}[random.IntN(4)] },
			"high":  func() int64 { return random.Int64N(4) << 55 },
		} {
			got := make([]int64, n)
			for i := range got {
				got[i] = next()
			}
			want := slices.Sorted(slices.Values(got))
			if radix.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%d of %s are not sorted", n, name)
			}
		}
	}
	numbers := make([]int64, 4000)
	if n := testing.AllocsPerRun(10, func() { radix.Sort(numbers) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSort(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	all := make([]int64, 300_000)
	for i := range all {
		all[i] = int64(2e6 * math.Exp(0.5*random.NormFloat64()))
	}
	numbers := make([]int64, len(all))
	for b.Loop() {
		copy(numbers, all)
		radix.Sort(numbers)
	}
}
