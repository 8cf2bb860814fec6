package collector_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/scenarios/collector"
)

var sizes = []int{500, 1000, 2000, 8000}

// aloneWith is what a service without a cluster is given, for so many series.
func aloneWith(series int) harness.Env {
	return harness.Env{
		Settings: harness.Settings{collector.SeriesSetting: series}, Capacity: 1,
		Counter: func(string) *atomic.Uint64 { return &atomic.Uint64{} },
		Signal:  func(harness.Signal, clock.Nanos) {},
	}
}

func run(b *testing.B, seams collector.Seams, series int) harness.Service {
	b.Helper()
	service, err := collector.New(seams).Start(b.Context(), aloneWith(series))
	if err != nil {
		b.Fatal(err)
	}
	return service
}

func stop(b *testing.B, service harness.Service) {
	b.Helper()
	if err := service.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkStartAndStopWithoutACluster(b *testing.B) {
	for _, n := range sizes {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stop(b, run(b, repaired(), n))
			}
		})
	}
}

// An operation is the build and what is around it; the median of the build alone is build-P50-ns.
func BenchmarkBatchWithoutACluster(b *testing.B) {
	for _, n := range sizes {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			service := run(b, repaired(), n)
			defer stop(b, service)
			batch := service.Operation(collector.BatchStream)
			built := make([]int64, 0, 1<<20)
			b.ReportAllocs()
			for b.Loop() {
				op := load.Op{}
				batch(&op)
				built = append(built, op.Aux)
			}
			b.ReportMetric(median(built), "build-P50-ns")
		})
	}
}

// inTurns builds as one of two, two batches each, since a service with one builder has two maps in turns. Both have to fill
// the same maps: two services differ by some percent, because the seed of a map decides where its series lie.
type inTurns struct {
	builders [2]collector.Builder
	builds   *int
}

func (t inTurns) Build(shared context.Context, into map[string]any, series []collector.Series) {
	*t.builds++
	t.builders[t.turn()].Build(shared, into, series)
}

// turn tells which of the two was the last to build.
func (t inTurns) turn() int { return *t.builds / 2 % 2 }

// How much slower one arm of Slower really is than the other, in percent of the median.
func BenchmarkSlower(b *testing.B) {
	for _, n := range sizes {
		for _, share := range []float64{0.03, 0.5} {
			b.Run(fmt.Sprintf("%d/%v", n, share), func(b *testing.B) {
				turns := inTurns{builds: new(int)}
				for i, share := range []float64{0, share} {
					arm := repaired()
					collector.Slower(share)(&arm)
					turns.builders[i] = arm.Builder
				}
				seams := repaired()
				seams.Builder = turns
				service := run(b, seams, n)
				defer stop(b, service)
				batch := service.Operation(collector.BatchStream)
				built := [2][]int64{make([]int64, 0, 1<<20), make([]int64, 0, 1<<20)}
				b.ReportAllocs()
				for b.Loop() {
					op := load.Op{}
					batch(&op)
					built[turns.turn()] = append(built[turns.turn()], op.Aux)
				}
				if len(built[1]) > 0 { // more than a try
					b.ReportMetric(100*(median(built[1])/median(built[0])-1), "slower-%")
				}
			})
		}
	}
}

func median(ns []int64) float64 {
	slices.Sort(ns)
	return float64(ns[len(ns)/2])
}
