package collector_test

import (
	"context"
	"errors"
	"testing"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
	"aftershock/scenarios/fixes/precheck"
)

// marking is a builder that marks all but some of the series.
type marking struct{ own int }

func (m marking) Build(_ context.Context, into map[string]any, series []collector.Series) {
	for i := range series {
		into[series[i].Key] = collector.Stale
		if i < m.own {
			into[series[i].Key] = 1.0
		}
	}
}

// Of the batches that begin under a cancelled context, those that do not say so: a reader takes them for good ones.
func TestBatchesThatHideTheirCancellationAreCounted(t *testing.T) {
	counter := ops.Counter{Name: collector.BatchesUnmarked, Unit: "batches"}
	for _, c := range []struct {
		share, own int
		want       uint64
	}{{0, series, 0}, {100, 0, 0}, {100, series, 5}} {
		s := alone(t)
		s.Settings = harness.Settings{collector.SeriesSetting: series, collector.CancelledSetting: c.share}
		s.declare([]ops.Counter{counter})
		seams := repaired()
		seams.Builder = marking{c.own}
		service := start(t, s, seams, counter)
		for range 5 {
			service.Batch()
		}
		if got := s.counters[counter.Name].Load(); got != c.want {
			t.Errorf("cancelled for %d %% of the time, %d series with their own value: %d batches count, want %d",
				c.share, c.own, got, c.want)
		}
	}
}

// choosy is a builder that gives up every other batch, with half of it in the map.
type choosy struct {
	collector.Builder
	batches *int
}

func (c choosy) BuildWhole(shared context.Context, into map[string]any, series []collector.Series) error {
	if *c.batches++; *c.batches%2 == 0 {
		c.Build(shared, into, series[:len(series)/2])
		return errors.New("half of it was late")
	}
	c.Build(shared, into, series)
	return nil
}

func TestABatchThatItsBuilderGivesUpIsNoPartialOneAndIsNotHandedOn(t *testing.T) {
	counter := ops.Counter{Name: collector.BatchesGivenUp, Unit: "batches"}
	built, handedOn := 0, 0
	seams := watch(repaired(), func(b *collector.Batch) {
		if handedOn++; len(b.Values) != series {
			t.Errorf("%d series are handed on", len(b.Values))
		}
	})
	seams.Builder = choosy{seams.Builder, &built}
	s := alone(t)
	s.Capacity = 1
	s.declare([]ops.Counter{counter})
	service := start(t, s, seams, counter)
	const each = 10 // more than there are maps, so that all of them have to come back
	for range each {
		whole, none := load.Op{}, load.Op{}
		service.Operation(collector.BatchStream)(&whole)
		service.Operation(collector.BatchStream)(&none)
		if whole.Reason != ops.NoReason || none.Reason != ops.Rejected || none.Flags != 0 {
			t.Errorf("a whole batch is %+v, and one that is given up %+v", whole, none)
		}
	}
	if whole, none := service.Batch(), service.Batch(); !whole || none {
		t.Errorf("in the closed loop they count as complete: %v, %v", whole, none)
	}
	if n := s.counters[counter.Name].Load(); n != each+1 || handedOn != each+1 {
		t.Errorf("%d were given up and %d handed on, want %d of each", n, handedOn, each+1)
	}
}

// Under a context that is cancelled again and again, only batches go out that are whole and in which each value is
// a source's.
func TestThePrecheckedServiceHandsOnNothingHalfBuiltAndNothingStale(t *testing.T) {
	counters := precheck.Fix.Counters
	handedOn := 0
	s := alone(t)
	s.Settings = harness.Settings{collector.SeriesSetting: 20_000, collector.CancelledSetting: 50}
	s.declare(counters)
	service := start(t, s, watch(fixes.Seams(precheck.Fix, results.After), func(b *collector.Batch) {
		handedOn++
		if n := stale(b); !b.Complete() || n > 0 {
			t.Errorf("a batch is handed on that has %d of %d series, %d of them stale", len(b.Values), b.Want, n)
		}
	}), counters...)
	outrun, givenUp := s.counters["prechecks_outrun"], s.counters[collector.BatchesGivenUp]
	eventually(t, "a batch is given up in its middle, and another is handed on", func() bool {
		for range 20 {
			op := load.Op{}
			service.Operation(collector.BatchStream)(&op)
			if op.Flags&ops.Partial != 0 {
				t.Errorf("a batch lacks series: %+v", op)
			}
		}
		return outrun.Load() > 0 && handedOn > 0
	})
	if givenUp.Load() < outrun.Load() {
		t.Errorf("%d were given up, and %d contexts ended behind their check", givenUp.Load(), outrun.Load())
	}
}
