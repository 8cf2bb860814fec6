package collector_test

import (
	"context"
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
			reason := ops.NoReason
			if f.Name == "precheck" {
				reason = ops.Rejected // neither arm begins a batch under a context that has ended
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
							if service.Operation(collector.BatchStream)(&op); op.Flags != ops.Trigger ||
								op.Reason != reason {
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
				// Both arms of the fix that is about it begin a lookup at least, before as many as there are batches.
				if c := s.counters[collector.DependencyLookups]; c != nil &&
					(c.Load() < 1 || arm == results.Before && c.Load() != builders*each) {
					t.Errorf("%d lookups of the dependency for %d batches", c.Load(), builders*each)
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

// A key that is only ever read was never written, and reading what is not there costs less than reading what is.
func TestReadsOfTheTableFindWhatWasWritten(t *testing.T) {
	const turns = 100 // after so many each series was written as often as the others
	for _, reads := range []int{5, 50, 95} {
		for _, seed := range []uint64{0, 1, 99, 1 << 63} {
			s := alone(t)
			s.Seed = seed
			s.Settings = maps.Clone(s.Settings)
			s.Settings[collector.ReadsSetting], s.Settings[collector.TableAloneSetting] = reads, 1
			s.declare(collector.TableCounters)
			read, hit := s.counters[results.TableReads], s.counters[results.TableHits]
			service := start(t, s, repaired(), collector.TableCounters...)
			turn(service, turns)
			before := read.Load()
			if before != turns*series*uint64(reads)/100 || hit.Load() < before/3 {
				t.Errorf("at %d %% reads, seed %d: %d reads, of which %d found something", reads, seed, before,
					hit.Load())
			}
			read.Store(0)
			hit.Store(0)
			turn(service, turns)
			if hit.Load() != read.Load() || read.Load() != before {
				t.Errorf("at %d %% reads, seed %d: of %d later reads %d found something", reads, seed, read.Load(),
					hit.Load())
			}
		}
	}
}

func turn(service harness.Service, times int) {
	for range times {
		service.Batch()
	}
}

// What two trials of one seed do with the table is the same, and with another seed it begins elsewhere.
func TestWhichSeriesAreReadFollowsFromTheSeed(t *testing.T) {
	first := func(seed uint64) (read string) {
		seams := repaired()
		made := seams.NewTable
		seams.NewTable = func(room int) collector.Table { return noted{made(room), &read} }
		s := alone(t)
		s.Seed = seed
		s.Settings = harness.Settings{collector.SeriesSetting: series, collector.ReadsSetting: 50,
			collector.TableAloneSetting: 1}
		start(t, s, seams).Batch()
		return read
	}
	if a, again, b := first(7), first(7), first(8); a != again || a == b || len(a) != series {
		t.Errorf("seed 7: %s\nagain:  %s\nseed 8: %s", a, again, b)
	}
}

// noted is a table that notes in which order it is read and written.
type noted struct {
	collector.Table
	order *string
}

func (n noted) Store(key string, value any) {
	*n.order += "w"
	n.Table.Store(key, value)
}

func (n noted) Load(key string) (any, bool) {
	*n.order += "r"
	return n.Table.Load(key)
}

// unbuilt fails where anything is built.
type unbuilt struct {
	collector.Builder
	t *testing.T
}

func (u unbuilt) Build(context.Context, map[string]any, []collector.Series) {
	u.t.Error("a batch is built")
}

func TestAClosedLoopOfTheTableDoesNothingElse(t *testing.T) {
	seams := repaired()
	seams.Builder = unbuilt{seams.Builder, t}
	stores, loads := 0, 0
	made := seams.NewTable
	seams.NewTable = func(room int) collector.Table { return touched{made(room), &stores, &loads} }
	s := alone(t)
	s.Settings = maps.Clone(s.Settings)
	if n := start(t, s, repaired()).TableOperations(); n != 0 {
		t.Errorf("a batch is %d operations of the table", n)
	}
	s.Settings[collector.ReadsSetting], s.Settings[collector.TableAloneSetting] = 50, 1
	service := start(t, s, seams)
	if !service.Batch() || uint64(stores+loads) != service.TableOperations() || stores+loads != series {
		t.Errorf("%d series, %d stores and %d loads, and it says %d", series, stores, loads, service.TableOperations())
	}
}
