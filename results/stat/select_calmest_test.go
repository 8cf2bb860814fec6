package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"aftershock/results/stat"
)

func TestCalmest(t *testing.T) {
	unknown := math.NaN()
	for name, c := range map[string]struct {
		scores []float64
		k      int
		want   []int
	}{
		"in the order in which they ran": {[]float64{0.3, 0.1, 0.2, 0}, 3, []int{1, 2, 3}},
		"ties go to the first":           {[]float64{0.1, 0, 0.1, 0.1}, 3, []int{0, 1, 2}},
		"all equal":                      {[]float64{0, 0, 0, 0}, 2, []int{0, 1}},
		"unknown last":                   {[]float64{unknown, 9, unknown, 1}, 3, []int{0, 1, 3}},
		"infinite before unknown":        {[]float64{unknown, math.Inf(1), 0}, 2, []int{1, 2}},
		"more than there are":            {[]float64{2, 1}, 5, []int{0, 1}},
		"none":                           {[]float64{2, 1}, 0, []int{}},
		"fewer than none":                {[]float64{2, 1}, -1, []int{}},
		"of nothing":                     {nil, 3, []int{}},
	} {
		before := slices.Clone(c.scores)
		if got := stat.Calmest(c.scores, c.k); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if !slices.EqualFunc(before, c.scores, func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }) {
			t.Errorf("%s: the scores were changed to %v", name, c.scores)
		}
	}
}

// No attempt that was left out is calmer than one that was chosen, and of two with one score the earlier is chosen.
func TestCalmestLeavesOutNothingCalmer(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		scores := make([]float64, rng.IntN(20))
		for i := range scores {
			scores[i] = float64(rng.IntN(6))
		}
		k := rng.IntN(len(scores) + 2)
		chosen := stat.Calmest(scores, k)
		if len(chosen) != min(k, len(scores)) || !slices.IsSorted(chosen) {
			t.Fatalf("%d of %v: %v", k, scores, chosen)
		}
		for left := range scores {
			if slices.Contains(chosen, left) {
				continue
			}
			for _, i := range chosen {
				if scores[left] < scores[i] || scores[left] == scores[i] && left < i {
					t.Fatalf("%d of %v: %v has %d and not %d", k, scores, chosen, i, left)
				}
			}
		}
	}
}
