package collector_test

import (
	"maps"
	"sync"
	"sync/atomic"
	"testing"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
)

// All that a trial without a cluster does, in both arms of every fix and instrument.
func TestEveryArmBuildsBatchesWithoutACluster(t *testing.T) {
	for _, f := range fixes.Registry().Fixes {
		for _, arm := range []results.Arm{results.Before, results.After} {
			t.Run(f.Name+"/"+string(arm), func(t *testing.T) {
				before := goroutines()
				s := alone(t)
				s.declare(f.Workload(arm).Describe().Counters)
				service, err := f.Workload(arm).Start(t.Context(), s.Env)
				if err != nil {
					t.Fatal(err)
				}
				op := load.Op{}
				service.Operation(collector.BatchStream)(&op)
				if op.Aux <= 0 || op.Flags != 0 || op.Reason != ops.NoReason {
					t.Errorf("a batch is %+v", op)
				}
				var building sync.WaitGroup
				var incomplete atomic.Int64
				for range s.Capacity {
					building.Go(func() {
						for range 50 { // more than there are maps, so that all of them have to come back
							if !service.Batch() {
								incomplete.Add(1)
							}
						}
					})
				}
				building.Wait()
				if n := incomplete.Load(); n > 0 {
					t.Errorf("%d batches for the capacity are incomplete", n)
				}
				if err := service.Stop(t.Context()); err != nil {
					t.Error(err)
				}
				eventually(t, "a service that was stopped leaves no goroutine", func() bool { return goroutines() <= before })
				for name, counter := range s.counters {
					if n := counter.Load(); n > 0 && name != collector.CancelParent { // which takes its time even of nothing
						t.Errorf("the counter %s is %d", name, n)
					}
				}
				if len(s.signals) > 0 {
					t.Errorf("it signals %s", <-s.signals)
				}
			})
		}
	}
}

func TestWithoutAClusterThereIsNothingToPublishTo(t *testing.T) {
	service := start(t, alone(t), repaired())
	for _, stream := range collector.New(repaired()).Describe().Streams {
		if got, want := service.Operation(stream.Name) != nil, stream.Name == collector.BatchStream; got != want {
			t.Errorf("stream %q is served: %v, want %v", stream.Name, got, want)
		}
		if want := stream.Name != collector.BatchStream; stream.Clustered != want {
			t.Errorf("stream %q needs a cluster: %v, want %v", stream.Name, stream.Clustered, want)
		}
	}
}

func TestABatchWithoutAClusterHasAsManySeriesAsTheScenarioWants(t *testing.T) {
	for _, want := range []int{1, 160, 1000, 8000} {
		var held map[string]any
		s := alone(t)
		s.Settings = harness.Settings{collector.SeriesSetting: want}
		service := start(t, s, watch(repaired(), func(b *collector.Batch) { held = maps.Clone(b.Values) }))
		if !service.Batch() || len(held) != want {
			t.Errorf("a batch has %d series, want %d", len(held), want)
		}
		if n := stale(&collector.Batch{Values: held}); n > 0 {
			t.Errorf("%d of %d series are stale", n, want)
		}
	}
}
