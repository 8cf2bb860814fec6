package load_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
)

func window(from, length time.Duration) load.Window {
	now := clock.Now()
	return load.Window{From: now.Add(from), To: now.Add(from + length)}
}

func TestCapacityCountsWhatEndedWithinItsWindow(t *testing.T) {
	const length = time.Second // in which each worker has its turns, however busy the machine is
	w := window(10*time.Millisecond, length)
	var within, after [3]uint64
	got, err := load.Capacity(context.Background(), w, 3, func(worker int) bool {
		if clock.Now() < w.From {
			t.Error("an operation began before the window")
		}
		spinPast(clock.Now().Add(500 * time.Microsecond))
		complete := (within[worker]+after[worker])%4 != 0
		if clock.Now() < w.To {
			within[worker]++
		} else {
			after[worker]++
		}
		return complete
	})
	if err != nil {
		t.Fatal(err)
	}
	sent := within[0] + within[1] + within[2]
	// An operation may end within the window as Do sees it and just after it as Capacity does: one a worker at most.
	if counted := got.Complete + got.Incomplete; counted > sent || counted+3 < sent {
		t.Errorf("%+v, and %d operations ended within the window", got, sent)
	}
	if got.Incomplete == 0 || got.Complete < got.Incomplete || got.Workers != 3 || got.Window > length {
		t.Errorf("%+v", got)
	}
	if rate := float64(got.Complete) / got.Window.Seconds(); got.PerSecond() != rate {
		t.Errorf("%v/s, want %v", got.PerSecond(), rate)
	}
}

func TestCapacityDoesNotCountAnOperationThatEndsLate(t *testing.T) {
	w := window(0, 10*time.Millisecond)
	got, err := load.Capacity(context.Background(), w, 2, func(int) bool {
		spinPast(w.To)
		return true
	})
	if err != nil || got.Complete != 0 || got.Incomplete != 0 || got.PerSecond() != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestCapacityThatIsInterruptedSaysHowLongItWas(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var calls atomic.Int32
	got, err := load.Capacity(ctx, window(0, time.Hour), 1, func(int) bool {
		if calls.Add(1) == 3 {
			cancel()
		}
		return true
	})
	if !errors.Is(err, context.Canceled) || got.Complete != 3 || got.Window <= 0 || got.Window > time.Minute {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = load.Capacity(ctx, window(time.Hour, time.Hour), 1, func(int) bool { t.Error("called"); return true })
	if !errors.Is(err, context.Canceled) || got.Complete != 0 || got.Window != 0 {
		t.Errorf("before its window: %+v, %v", got, err)
	}
}

func TestCapacityRefuses(t *testing.T) {
	do := func(int) bool { t.Error("called"); return true }
	_, err := load.Capacity(context.Background(), window(0, time.Second), 0, do)
	if err == nil || !strings.Contains(err.Error(), "0 workers") {
		t.Errorf("no workers: %v", err)
	}
	_, err = load.Capacity(context.Background(), window(0, 0), 1, do)
	if err == nil || !strings.Contains(err.Error(), "empty window") {
		t.Errorf("an empty window: %v", err)
	}
}
