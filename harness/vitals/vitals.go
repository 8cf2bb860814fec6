// Package vitals samples what Go's runtime says of its own process: goroutines, heap, and what it waited for.
package vitals

import (
	"context"
	"math"
	"runtime"
	"runtime/metrics"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
)

// interval spaces the samples: a leak grows over many of them, and taking one costs a few microseconds.
const interval = 100 * time.Millisecond

// What is read of package runtime/metrics. The first is read with each sample, and the others at the beginning and the
// end alone: copying the histogram of latencies is most of what reading costs.
//
// Goroutines are not among it. /sched/goroutines:goroutines counts those of the runtime as well, five to seven of them,
// and more from the first collection on (Go 1.26.8, runtime/metrics.go, gcount(true)): a leak of few would drown in
// that.
const (
	heap = iota
	mutexWait
	gcCPU
	allCPU
	latencies
	sampled = heap + 1
)

var names = []string{
	heap:      "/memory/classes/heap/objects:bytes",
	mutexWait: "/sync/mutex/wait/total:seconds", gcCPU: "/cpu/classes/gc/total:cpu-seconds",
	allCPU: "/cpu/classes/total:cpu-seconds", latencies: "/sched/latencies:seconds",
}

// Watch samples this process from one moment to another, and returns what it saw but for HeapEnd. The goroutines that
// are not to be counted are asked for with each sample. When ctx is done it returns at once, with what there is.
func Watch(ctx context.Context, from, to clock.Nanos, uncounted func() int) (v results.Vitals) {
	if clock.SleepUntil(ctx, from) != nil {
		return v
	}
	first, now := reading(), reading()
	tick := time.NewTicker(interval)
	defer tick.Stop()
	metrics.Read(first)
	take(&v, first, uncounted)
	for ctx.Err() == nil && clock.Now() < to {
		select {
		case <-tick.C:
			metrics.Read(now[:sampled])
			take(&v, now, uncounted)
		case <-ctx.Done():
		}
	}
	metrics.Read(now)
	take(&v, now, uncounted)
	since(&v, first, now)
	return v
}

// Live is what a collection leaves of the heap, in bytes. It collects, and so must not run while anything is measured.
// Without that the heap's end would say when the last collection happened to be.
func Live() uint64 {
	runtime.GC()
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return live[0].Value.Uint64()
}

func reading() []metrics.Sample {
	all := make([]metrics.Sample, len(names))
	for i, name := range names {
		all[i].Name = name
	}
	return all
}

// take books one sample. The last is the end.
func take(v *results.Vitals, now []metrics.Sample, uncounted func() int) {
	v.Samples++
	v.GoroutineEnd = uint64(max(0, runtime.NumGoroutine()-uncounted()))
	v.GoroutinePeak = max(v.GoroutinePeak, v.GoroutineEnd)
	v.HeapPeak = max(v.HeapPeak, now[heap].Value.Uint64())
}

// since books what has grown between two readings. The runtime brings its CPU classes up to date when a collection
// ends: between two of them nothing is known, and 0 is said.
func since(v *results.Vitals, first, last []metrics.Sample) {
	grown := func(i int) float64 { return last[i].Value.Float64() - first[i].Value.Float64() }
	v.MutexWait = time.Duration(grown(mutexWait) * float64(time.Second))
	if all := grown(allCPU); all > 0 {
		v.GCShare = grown(gcCPU) / all
	}
	v.SchedLatencyP99 = quantile(first[latencies].Value.Float64Histogram(), last[latencies].Value.Float64Histogram(),
		0.99)
}

// quantile is the upper end of the bucket in which a quantile lies of what was added between two histograms; 0 when
// nothing was. The last bucket has no upper end, and gives its lower one.
func quantile(first, last *metrics.Float64Histogram, q float64) time.Duration {
	var all, below uint64
	for i := range last.Counts {
		all += last.Counts[i] - first.Counts[i]
	}
	if all == 0 {
		return 0
	}
	for i := range last.Counts {
		below += last.Counts[i] - first.Counts[i]
		if float64(below) < q*float64(all) {
			continue
		}
		end := last.Buckets[i+1]
		if math.IsInf(end, 0) {
			end = last.Buckets[i]
		}
		return time.Duration(end * float64(time.Second))
	}
	return 0
}
