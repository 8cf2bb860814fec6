// Package clock reads CLOCK_MONOTONIC, the one clock of every process of a run.
//
// Orchestrator, members and worker are processes of one machine, so their readings of CLOCK_MONOTONIC compare to the
// nanosecond; wall clocks may step between two of them.
package clock

import (
	"context"
	"time"

	"golang.org/x/sys/unix"
)

// Nanos is a reading of CLOCK_MONOTONIC in nanoseconds.
type Nanos int64

var (
	origin      time.Time
	originNanos Nanos
)

func init() { origin, originNanos = anchor() }

// anchor pairs a time.Time with a raw reading. Go's own monotonic reading is the same clock with an unknown offset; the
// tightest of a few brackets finds that offset to well below a microsecond.
func anchor() (time.Time, Nanos) {
	var bestAt time.Time
	var bestNanos Nanos
	best := time.Duration(1<<63 - 1)
	for range 16 {
		before := time.Now()
		raw := raw()
		width := time.Since(before)
		if width < best {
			best, bestAt, bestNanos = width, before.Add(width/2), raw
		}
	}
	return bestAt, bestNanos
}

func raw() Nanos {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		panic("CLOCK_MONOTONIC cannot be read: " + err.Error())
	}
	return Nanos(ts.Nano())
}

// Now reads the clock through Go's runtime, which needs no system call.
func Now() Nanos { return originNanos + Nanos(time.Since(origin)) }

// Of maps a time that carries Go's monotonic reading, such as time.Now() or a zap entry's time, to the clock.
func Of(t time.Time) Nanos { return originNanos + Nanos(t.Sub(origin)) }

// Wall gives the wall-clock time of a reading, for people and for logs.
func Wall(n Nanos) time.Time { return origin.Add(time.Duration(n - originNanos)).Round(0) }

// Sub is the time from m to n.
func (n Nanos) Sub(m Nanos) time.Duration { return time.Duration(n - m) }

// Add is the reading d after n.
func (n Nanos) Add(d time.Duration) Nanos { return n + Nanos(d) }

// SleepUntil returns nil when the clock reads at, or before that, when ctx is done, the cause of ctx.
func SleepUntil(ctx context.Context, at Nanos) error {
	timer := time.NewTimer(at.Sub(Now()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Sleep returns nil after d, or before that, when ctx is done, the cause of ctx.
func Sleep(ctx context.Context, d time.Duration) error { return SleepUntil(ctx, Now().Add(d)) }
