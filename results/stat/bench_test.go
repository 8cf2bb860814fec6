package stat_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"aftershock/results/stat"
)

func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{8, 15, 60} {
		b.Run(fmt.Sprintf("pairs=%d", n), func(b *testing.B) {
			before, after := arms(rand.New(rand.NewPCG(1, 1)), n, stat.Ratio, 0.1, -0.1)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := stat.Compare(before, after, latency); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewSignedRank(b *testing.B) {
	for _, n := range []int{8, 60, stat.MaxPairs} {
		b.Run(fmt.Sprintf("pairs=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := stat.NewSignedRank(n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
