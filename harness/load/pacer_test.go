package load_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
)

// times hands out readings of the clock one after another.
func times(at ...clock.Nanos) func() (clock.Nanos, bool) {
	return func() (clock.Nanos, bool) {
		if len(at) == 0 {
			return 0, false
		}
		first := at[0]
		at = at[1:]
		return first, true
	}
}

func TestPacerIsNeverEarly(t *testing.T) {
	epoch := clock.Now().Add(time.Millisecond)
	var due []clock.Nanos
	for i := range 200 {
		due = append(due, epoch.Add(time.Duration(i)*100*time.Microsecond))
	}
	released := 0
	p := load.NewPacer()
	err := p.Run(context.Background(), times(due...), func(late time.Duration) {
		if now := clock.Now(); now < due[released] || late < 0 || late > now.Sub(due[released]) {
			t.Errorf("operation %d, due at %d: released at %d, %v late", released, due[released], now, late)
		}
		released++
	})
	if err != nil || released != len(due) {
		t.Fatalf("%d operations released, %v, want %d", released, err, len(due))
	}
	got := p.Punctuality()
	if !strings.Contains(got.Method, "clock_nanosleep on a locked thread, timer slack 1 ns") {
		t.Errorf("method %q", got.Method)
	}
	if got.LateP50 > got.LateP99 || got.LateP99 > got.LateMax || got.LateMax <= 0 || got.CPU <= 0 {
		t.Errorf("%+v", got)
	}
}

func TestPacerReleasesWhatItOwes(t *testing.T) {
	const owed = 1000
	late := clock.Now().Add(-100 * time.Second)
	due := make([]clock.Nanos, owed)
	for i := range due {
		due[i] = late
	}
	released := 0
	p := load.NewPacer()
	err := p.Run(context.Background(), times(due...), func(late time.Duration) {
		if late < 100*time.Second {
			t.Errorf("%v late, want 100s", late)
		}
		released++
	})
	if err != nil || released != owed {
		t.Fatalf("%d operations released, %v, want %d", released, err, owed)
	}
	if got := p.Punctuality(); got.LateP50 < 59*time.Second { // the histogram ends at a minute
		t.Errorf("%+v", got)
	}
}

func TestPacerStopsInItsSleep(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	now := clock.Now()
	// The first operation ends the context; the second one is due in a year.
	err := load.NewPacer().Run(ctx, times(now, now.Add(365*24*time.Hour)), func(time.Duration) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
}

func TestPacerStopsInABacklog(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	released := 0
	endless := func() (clock.Nanos, bool) { return 0, true }
	err := load.NewPacer().Run(ctx, endless, func(time.Duration) { released++; cancel() })
	if !errors.Is(err, context.Canceled) || released > 1000 {
		t.Errorf("%d operations released, %v", released, err)
	}
}

func BenchmarkPacer(b *testing.B) {
	for _, period := range []time.Duration{100 * time.Microsecond, time.Millisecond} {
		b.Run(period.String(), func(b *testing.B) {
			at := clock.Now()
			n := 0
			p := load.NewPacer()
			b.ReportAllocs()
			err := p.Run(context.Background(), func() (clock.Nanos, bool) {
				n++
				at = at.Add(period)
				return at, n <= b.N
			}, func(time.Duration) {})
			if err != nil {
				b.Fatal(err)
			}
			got := p.Punctuality()
			b.ReportMetric(float64(got.LateP50)/1e3, "late-p50-us")
			b.ReportMetric(float64(got.LateP99)/1e3, "late-p99-us")
			b.ReportMetric(100*float64(got.CPU)/float64(b.Elapsed()), "cpu-%")
		})
	}
}
