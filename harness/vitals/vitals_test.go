package vitals

import (
	"context"
	"math"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/internal/clock"
)

// none are the goroutines that are not to be counted.
func none() int { return 0 }

// What is not to be counted is left out, and a count is never below 0.
func TestWatchLeavesGoroutinesOut(t *testing.T) {
	now := clock.Now()
	if v := Watch(t.Context(), now, now, func() int { return 1 << 30 }); v.GoroutinePeak != 0 || v.GoroutineEnd != 0 {
		t.Errorf("%+v", v)
	}
	release := make(chan struct{})
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer close(release)
	const more = 500
	for range more {
		waiting.Go(func() { <-release })
	}
	all := Watch(t.Context(), now, now, none)
	if v := Watch(t.Context(), now, now, func() int { return more }); v.GoroutineEnd > all.GoroutineEnd-more/2 {
		t.Errorf("%d goroutines without %d of %d", v.GoroutineEnd, more, all.GoroutineEnd)
	}
}

func TestWatchSeesGoroutinesAndHeap(t *testing.T) {
	from := clock.Now()
	idle := Watch(t.Context(), from, from, none)
	if idle.Samples < 2 || idle.GoroutinePeak < 1 || idle.GoroutineEnd < 1 || idle.HeapPeak == 0 {
		t.Fatalf("of a process that does nothing: %+v", idle)
	}
	release := make(chan struct{})
	var waiting sync.WaitGroup
	const more, bytes = 500, 32 << 20
	for range more {
		waiting.Go(func() { <-release })
	}
	held := make([]byte, bytes)
	busy := Watch(t.Context(), from, clock.Now(), none)
	live := Live()
	if busy.GoroutinePeak <= more || busy.GoroutineEnd <= more || busy.HeapPeak < bytes || live < bytes {
		t.Errorf("with %d goroutines and %d bytes more than %+v: %+v, %d live", more, bytes, idle, busy, live)
	}
	held[0] = 1 // so that it lives until here
	close(release)
	waiting.Wait()
	awaitFewer(t, busy.GoroutineEnd-more)
	if let := Live(); let > live-bytes/2 {
		t.Errorf("%d bytes are live with %d held and %d without", live, bytes, let)
	}
}

// A collection starts goroutines of the runtime's own, which runtime/metrics counts with ours (Go 1.26.8, runtime/metrics.go):
// they are nothing that the workload leaks.
func TestTheRuntimesOwnGoroutinesAreNotCounted(t *testing.T) {
	runtime.GC()
	all := []metrics.Sample{{Name: "/sched/goroutines:goroutines"}}
	for range 1000 { // those of earlier tests may be ending
		before, now := runtime.NumGoroutine(), clock.Now()
		v := Watch(t.Context(), now, now, none)
		metrics.Read(all)
		if runtime.NumGoroutine() != before {
			continue
		}
		if v.GoroutineEnd != uint64(before) || v.GoroutinePeak != v.GoroutineEnd || all[0].Value.Uint64() <= v.GoroutineEnd {
			t.Fatalf("%d goroutines are ours, %d with the runtime's: %+v", before, all[0].Value.Uint64(), v)
		}
		return
	}
	t.Fatal("goroutines come and go all the time")
}

// awaitFewer waits until no more goroutines are seen than that. It is the goroutines that went which are counted, and not how many
// there were before: those of an earlier test may still be ending then.
func awaitFewer(t *testing.T, most uint64) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		now := clock.Now()
		v := Watch(t.Context(), now, now, none)
		if v.GoroutineEnd <= most {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are seen, and at most %d are left", v.GoroutineEnd, most)
		}
		time.Sleep(time.Millisecond)
	}
}

// The runtime follows one in eight of the times at which a goroutine stops running: of 256 that wait it follows some.
func TestWatchSeesWhatAMutexMadeWait(t *testing.T) {
	const waiters = 256
	var mu sync.Mutex
	var blocked sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	mu.Lock()
	for range waiters {
		blocked.Go(func() {
			mu.Lock()
			mu.Unlock() //nolint:staticcheck // it is the wait that counts
		})
	}
	began := clock.Now()
	var watching sync.WaitGroup
	watching.Go(func() {
		defer cancel()
		for thatWaitForALock() < waiters {
			time.Sleep(time.Millisecond)
		}
		mu.Unlock()
		blocked.Wait()
	})
	v := Watch(ctx, began, began.Add(time.Hour), none)
	watching.Wait()
	if v.MutexWait <= 0 || v.SchedLatencyP99 <= 0 {
		t.Errorf("%d goroutines waited for a lock: %+v", waiters, v)
	}
}

// thatWaitForALock counts the goroutines that do.
func thatWaitForALock() int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "[sync.Mutex.Lock")
}

func TestWatchThatIsGivenUpBeforeItBegan(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if v := Watch(ctx, clock.Now().Add(time.Hour), clock.Now().Add(2*time.Hour), none); v.Samples != 0 {
		t.Errorf("%+v", v)
	}
}

func TestEveryMetricIsKnownToTheRuntime(t *testing.T) {
	all := reading()
	metrics.Read(all)
	for _, s := range all {
		if s.Value.Kind() == metrics.KindBad {
			t.Errorf("this Go knows no %s", s.Name)
		}
	}
}

func TestQuantileOfWhatWasAdded(t *testing.T) {
	buckets := []float64{0, 1e-6, 1e-3, math.Inf(1)}
	for _, c := range []struct {
		first, last []uint64
		want        time.Duration
	}{
		{[]uint64{5, 5, 5}, []uint64{5, 5, 5}, 0},
		{[]uint64{0, 0, 900}, []uint64{100, 0, 900}, time.Microsecond},
		{[]uint64{0, 0, 0}, []uint64{99, 1, 0}, time.Microsecond},
		{[]uint64{0, 0, 0}, []uint64{98, 2, 0}, time.Millisecond},
		{[]uint64{0, 0, 0}, []uint64{50, 0, 50}, time.Millisecond},
	} {
		got := quantile(&metrics.Float64Histogram{Counts: c.first, Buckets: buckets},
			&metrics.Float64Histogram{Counts: c.last, Buckets: buckets}, 0.99)
		if got != c.want {
			t.Errorf("%v after %v: %v, want %v", c.last, c.first, got, c.want)
		}
	}
}

// What a sample costs the process that it is taken of, ten times a second, and what the two full readings cost.
func BenchmarkSample(b *testing.B) {
	now := reading()
	for name, read := range map[string][]metrics.Sample{"each": now[:sampled], "first and last": now} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				metrics.Read(read)
			}
		})
	}
}
