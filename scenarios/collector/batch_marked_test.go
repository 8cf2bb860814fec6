package collector_test

import (
	"context"
	"testing"

	"aftershock/harness"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
)

// marking is a builder that does something first, and then marks all but some of the series.
type marking struct {
	first func(shared context.Context)
	own   int
}

func (m marking) Build(shared context.Context, into map[string]any, series []collector.Series) {
	m.first(shared)
	for i := range series {
		into[series[i].Key] = collector.Stale
		if i < m.own {
			into[series[i].Key] = 1.0
		}
	}
}

func TestBatchesThatAreMarkedThroughoutAreCountedWhereTheyBeganUnderALiveContext(t *testing.T) {
	at := func(context.Context) {}
	later := func(shared context.Context) { <-shared.Done() }
	for _, c := range []struct {
		name         string
		share        int // of the time for which the context is cancelled, in percent
		builder      marking
		marked, live bool
	}{
		{"at once", 0, marking{at, 0}, true, true},
		{"all but one", 0, marking{at, 1}, false, false},
		{"when the context had ended", 50, marking{later, 0}, true, false},
		{"under a context that had ended before", 100, marking{at, 0}, false, false},
	} {
		s := alone(t)
		s.Settings = harness.Settings{collector.SeriesSetting: series, collector.CancelledSetting: c.share}
		s.declare(collector.MarkedCounters)
		seams := repaired()
		seams.Builder = c.builder
		service := start(t, s, seams, collector.MarkedCounters...)
		marked, live := s.counters[collector.BatchesMarked], s.counters[collector.BatchesMarkedLive]
		if c.share == 50 { // one that begins while it is cancelled does not count
			eventually(t, "a batch is marked in its middle", func() bool { return service.Batch() && marked.Load() > 0 })
		} else {
			service.Batch()
		}
		if m, l := marked.Load() > 0, live.Load() > 0; m != c.marked || l != c.live {
			t.Errorf("%s: counted as marked %v, and as marked for no reason %v, want %v and %v", c.name, m, l, c.marked, c.live)
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
		seams.Builder = marking{func(context.Context) {}, c.own}
		service := start(t, s, seams, counter)
		for range 5 {
			service.Batch()
		}
		if got := s.counters[counter.Name].Load(); got != c.want {
			t.Errorf("cancelled for %d %% of the time, %d series with their own value: %d batches count, want %d", c.share, c.own, got, c.want)
		}
	}
}
