package collector_test

import (
	"maps"
	"sync"
	"testing"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
)

// All that a scenario can ask for beside building, in both arms of every fix: many batches at a time, complete, and nothing
// is left after the service has stopped.
func TestEveryArmDoesWhatAScenarioAsksFor(t *testing.T) {
	for _, f := range fixes.Registry().Fixes {
		for _, arm := range []results.Arm{results.Before, results.After} {
			settings := harness.Settings{
				collector.SeriesSetting: 50, collector.CancelledSetting: 100, collector.RequestsSetting: 3,
				collector.HangSetting: 3_600_000, collector.ReadsSetting: 50,
			}
			if f.Primary.Name == "crashed" && arm == results.Before {
				delete(settings, collector.ReadsSetting) // it would end this process: its own test makes another for that
			}
			t.Run(f.Name+"/"+string(arm), func(t *testing.T) {
				before := goroutines()
				s := alone(t)
				s.Settings = settings
				s.declare(f.Workload(arm).Describe().Counters)
				service, err := f.Workload(arm).Start(t.Context(), s.Env)
				if err != nil {
					t.Fatal(err)
				}
				const builders, each = 4, 20
				var building sync.WaitGroup
				for range builders {
					building.Go(func() {
						for range each {
							op := load.Op{}
							if service.Operation(collector.BatchStream)(&op); op.Flags != ops.Trigger || op.Reason != ops.NoReason {
								t.Errorf("a batch is %+v", op)
							}
						}
					})
				}
				building.Wait()
				if err := service.Stop(t.Context()); err != nil {
					t.Error(err)
				}
				if n := s.counters[collector.UnderCancelled].Load(); n != builders*each {
					t.Errorf("%d of %d batches count as built under a cancelled context", n, builders*each)
				}
				eventually(t, "a service that was stopped leaves no goroutine", func() bool { return goroutines() <= before })
				if len(s.signals) > 0 {
					t.Errorf("it signals %s, and there is no cluster", <-s.signals)
				}
			})
		}
	}
}

// touched is a table that counts how it is used.
type touched struct {
	collector.Table
	stores, loads *int
}

func (t touched) Store(key string, value any) {
	*t.stores++
	t.Table.Store(key, value)
}

func (t touched) Load(key string) (any, bool) {
	*t.loads++
	return t.Table.Load(key)
}

func TestTheShareOfReadsIsWhatTheScenarioSays(t *testing.T) {
	for _, reads := range []int{5, 50, 95, 100} {
		stores, loads := 0, 0
		seams := repaired()
		made := seams.NewTable
		seams.NewTable = func(room int) collector.Table { return touched{made(room), &stores, &loads} }
		s := alone(t)
		s.Settings = maps.Clone(s.Settings)
		s.Settings[collector.ReadsSetting] = reads
		start(t, s, seams).Batch()
		if loads*100 != reads*series || stores+loads != series {
			t.Errorf("of %d series %d are written and %d read, want %d %% of reads", series, stores, loads, reads)
		}
	}
}
