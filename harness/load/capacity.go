package load

import (
	"context"
	"fmt"
	"sync"
	"time"

	"aftershock/internal/clock"
	"aftershock/internal/usage"
)

// CapacityResult is what a closed loop got done in its window.
type CapacityResult struct {
	Complete   uint64        `json:"complete"`   // operations that ended within the window and lacked nothing
	Incomplete uint64        `json:"incomplete"` // those that ended within it and lacked something: aborting is fast
	Workers    int           `json:"workers"`
	Window     time.Duration `json:"window_ns"` // how long it really was: shorter when begun late or interrupted
	CPU        time.Duration `json:"cpu_ns"`    // of this process in the window, whatever else it did
}

// PerSecond is the rate of complete operations.
func (r CapacityResult) PerSecond() float64 {
	if r.Window <= 0 {
		return 0
	}
	return float64(r.Complete) / r.Window.Seconds()
}

// Capacity measures throughput: each worker runs one operation after another from From until To, readings of
// CLOCK_MONOTONIC. It is a closed loop, which under a fixed offered rate would measure nothing but that rate, and which
// for the same reason gives no latency. An operation that ends after To does not count. The number of workers should be
// 2 x GOMAXPROCS, so that one waits while another computes.
func Capacity(
	ctx context.Context, window Window, workers int, do func(worker int) (complete bool),
) (CapacityResult, error) {
	if workers < 1 || workers > MaxWorkers {
		return CapacityResult{}, fmt.Errorf("capacity with %d workers (allowed: 1 to %d)", workers, MaxWorkers)
	}
	if window.To <= window.From {
		return CapacityResult{}, fmt.Errorf("capacity in an empty window, [%d, %d)", window.From, window.To)
	}
	_ = clock.SleepUntil(ctx, window.From) // ended early by ctx, which the workers see
	window.From = max(window.From, clock.Now())
	each, used := make([]CapacityResult, workers), usage.CPU()
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() { each[w] = closedLoop(ctx, window.To, func() bool { return do(w) }) })
	}
	all.Wait()
	total := CapacityResult{Workers: workers, Window: max(0, min(window.To, clock.Now()).Sub(window.From)),
		CPU: usage.CPU() - used}
	for _, r := range each {
		total.Complete += r.Complete
		total.Incomplete += r.Incomplete
	}
	return total, ctx.Err()
}

// closedLoop counts in variables of its own: counters side by side would share cache lines between the cores.
func closedLoop(ctx context.Context, to clock.Nanos, do func() bool) (r CapacityResult) {
	for clock.Now() < to && ctx.Err() == nil {
		complete := do()
		switch {
		case clock.Now() >= to:
		case complete:
			r.Complete++
		default:
			r.Incomplete++
		}
	}
	return r
}
