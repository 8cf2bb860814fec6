package noise

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// The work is the same every time and everywhere, or canaries could not be compared. A change of it is one of the
// schema: runs from before cannot be set beside runs from after.
func TestTheWorkIsFixed(t *testing.T) {
	const want = 0x81c6e9dca000783a
	for range 2 {
		if got := round(); got != want {
			t.Fatalf("the checksum is %#x, want %#x", got, uint64(want))
		}
	}
}

func TestCanaryAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(1, func() { Canary() }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Two at a time would write to the same memory, which the race detector tells.
func TestCanariesWaitForEachOther(t *testing.T) {
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			if took := Canary(); took <= 0 {
				t.Errorf("took %v", took)
			}
		})
	}
	all.Wait()
	if got, again := round(), round(); got != again {
		t.Errorf("the checksum went from %#x to %#x", got, again)
	}
}

// The canary beside others that burn: by how much it takes longer is what the guard can see, and its spread without any
// is what the guard must not mind.
func BenchmarkCanary(b *testing.B) {
	for _, burning := range []int{0, 1, 2} {
		b.Run(fmt.Sprintf("burning=%d", burning), func(b *testing.B) {
			// A processor for each, so that the kernel divides the cores, as it does among processes, and not Go's runtime.
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.NumCPU() + burning))
			defer burn(burning)()
			b.ReportAllocs()
			var took []time.Duration
			for b.Loop() {
				took = append(took, Canary())
			}
			slices.Sort(took)
			at := func(share float64) float64 { return 1e3 * took[int(share*float64(len(took)-1))].Seconds() }
			b.ReportMetric(at(0), "least-ms")
			b.ReportMetric(at(0.5), "median-ms")
			b.ReportMetric(at(0.9), "p90-ms")
		})
	}
}

// burn keeps that many threads busy until it is stopped.
func burn(threads int) (stop func()) {
	stopped := make(chan struct{})
	var all sync.WaitGroup
	for i := range threads {
		all.Go(func() {
			for x := uint64(i + 1); ; {
				select {
				case <-stopped:
					return
				default:
				}
				for range 1 << 16 {
					x = scramble(x)
				}
				runtime.KeepAlive(x)
			}
		})
	}
	return func() {
		close(stopped)
		all.Wait()
	}
}
