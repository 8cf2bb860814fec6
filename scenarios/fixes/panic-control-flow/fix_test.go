package paniccontrolflow

import (
	"context"
	"fmt"
	"math"
	"testing"

	"aftershock/scenarios/collector"
)

func seriesOf(n int) []collector.Series {
	series := make([]collector.Series, n)
	for i := range series {
		series[i] = collector.Series{Key: fmt.Sprintf("n1:etcd_series_%d:value", i), Value: float64(i)}
	}
	return series
}

// build gives how many series are stale of a batch, and what was counted.
func build(t *testing.T, b collector.Builder, shared context.Context, n int) (stale int, counted map[string]uint64) {
	t.Helper()
	counted = map[string]uint64{}
	if c, ok := b.(collector.Counting); ok {
		b = c.Counting(func(counter string, n uint64) { counted[counter] += n })
	}
	into := map[string]any{}
	b.Build(shared, into, seriesOf(n))
	if len(into) != n {
		t.Errorf("%T builds %d of %d series", b, len(into), n)
	}
	for _, s := range seriesOf(n) {
		if value, _ := into[s.Key].(float64); math.Float64bits(value) == math.Float64bits(collector.Stale.(float64)) {
			stale++
		} else if value != s.Value {
			t.Errorf("%T: %s is %v, want %v", b, s.Key, value, s.Value)
		}
	}
	return stale, counted
}

// cancelledAfter is a context that is cancelled once it has been asked so often.
type cancelledAfter struct {
	context.Context
	left int
}

func (c *cancelledAfter) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestBothArmsBuildTheSame(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	const n = 300
	for _, b := range []collector.Builder{before{}, after{}} {
		if stale, counted := build(t, b, t.Context(), n); stale != 0 || len(counted) > 0 {
			t.Errorf("%T, live: %d stale, %v", b, stale, counted)
		}
		if stale, counted := build(t, b, cancelled, n); stale != n || counted[halfBuilt] > 0 {
			t.Errorf("%T, cancelled: %d of %d stale, %v", b, stale, n, counted)
		}
	}
}

func TestTheDefectPanicsForEachKeyAndHandsOnHalfABatch(t *testing.T) {
	const n, live = 300, 100
	stale, counted := build(t, before{}, &cancelledAfter{t.Context(), live}, n)
	if stale != n-live || counted[panicked] != n-live || counted[halfBuilt] != 1 {
		t.Errorf("before: %d stale, %v", stale, counted)
	}
	if stale, counted = build(t, after{}, &cancelledAfter{t.Context(), live}, n); stale != 0 || len(counted) > 0 {
		t.Errorf("after, the batch in which it is cancelled: %d stale, %v", stale, counted)
	}
	if stale, _ = build(t, after{}, &cancelledAfter{t.Context(), 0}, n); stale != n {
		t.Errorf("after, the next batch: %d stale", stale)
	}
}

// One assignment is indivisible: the right-hand side, which panics, runs first.
func TestAPanicOnTheRightHandSideLeavesTheKeyAsItWas(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	m := map[string]any{"key": "old"}
	func() {
		defer func() { _ = recover() }()
		m["key"] = mustBeLive(cancelled, "new")
	}()
	if m["key"] != "old" {
		t.Errorf("the key is %v", m["key"])
	}
}

func BenchmarkBuildCancelled(b *testing.B) {
	series := seriesOf(1000)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, builder := range map[string]collector.Builder{"before": before{}, "after": after{}} {
		b.Run(name, func(b *testing.B) {
			into := make(map[string]any, len(series))
			b.ReportAllocs()
			for b.Loop() {
				clear(into)
				builder.Build(cancelled, into, series)
			}
		})
	}
}
