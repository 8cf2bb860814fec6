package timeoutperkey

import (
	"context"
	"fmt"
	"math"
	"testing"

	"aftershock/scenarios/collector"
)

var builders = map[string]collector.Builder{"before": before{}, "after": after{}}

func seriesOf(n int) []collector.Series {
	series := make([]collector.Series, n)
	for i := range series {
		series[i] = collector.Series{Key: fmt.Sprintf("n1:etcd_series_%d:value", i), Value: float64(i)}
	}
	return series
}

func TestBothArmsBuildTheSame(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	marker := math.Float64bits(collector.Stale.(float64))
	for name, b := range builders {
		series := seriesOf(500)
		live, stale := map[string]any{}, map[string]any{}
		b.Build(t.Context(), live, series)
		b.Build(cancelled, stale, series)
		for _, s := range series {
			if live[s.Key] != s.Value || math.Float64bits(stale[s.Key].(float64)) != marker {
				t.Fatalf("%s: %s is %v live and %v cancelled", name, s.Key, live[s.Key], stale[s.Key])
			}
		}
		if len(live) != len(series) || len(stale) != len(series) {
			t.Errorf("%s builds %d and %d of %d series", name, len(live), len(stale), len(series))
		}
	}
}

// Code that derives a context with a deadline asks its parent for Done once. What asks is counted, and the time is
// not.
type asked struct {
	context.Context
	times *int
}

func (a asked) Done() <-chan struct{} {
	*a.times++
	return a.Context.Done()
}

func TestTheDefectDerivesAContextForEachSeriesAndTheRepairOneForTheBatch(t *testing.T) {
	live, cancel := context.WithCancel(t.Context())
	defer cancel()
	derived := func(b collector.Builder, n int) int {
		times := 0
		b.Build(asked{live, &times}, map[string]any{}, seriesOf(n))
		return times
	}
	one := derived(after{}, 1)
	if n := derived(after{}, 500); one < 1 || n != one {
		t.Errorf("after asks its parent %d times for one series and %d times for 500", one, n)
	}
	if n := derived(before{}, 500); n != 500*one {
		t.Errorf("before asks its parent %d times for 500 series, want %d", n, 500*one)
	}
}

func BenchmarkBuild(b *testing.B) {
	series := seriesOf(1000)
	live := b.Context()
	for name, builder := range builders {
		b.Run(name, func(b *testing.B) {
			into := make(map[string]any, len(series))
			b.ReportAllocs()
			for b.Loop() {
				clear(into)
				builder.Build(live, into, series)
			}
		})
	}
}
