package detachedlogging

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/collector"
)

func seriesOf(n int) []collector.Series {
	series := make([]collector.Series, n)
	for i := range series {
		series[i] = collector.Series{Key: "n1:etcd_series_" + strconv.Itoa(i) + ":value", Value: float64(i)}
	}
	return series
}

// safe is a buffer that many may write to.
type safe struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *safe) lines() []string {
	return strings.Split(strings.TrimSuffix(s.text.String(), "\n"), "\n")
}

func TestTheDefectWritesALineForEachSeriesAndTheRepairOneASecond(t *testing.T) {
	const n, batches = 50, 20
	synctest.Test(t, func(t *testing.T) { // the clock stands still while no goroutine sleeps
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		report := func(r collector.Reporter) {
			for range batches {
				r.Stale(cancelled, seriesOf(n))
			}
		}
		var storm, calm safe
		report(newBefore(&storm))
		if got := storm.lines(); len(got) != n*batches || !strings.Contains(got[0], "request=0") ||
			!strings.Contains(got[n-1], "series=n1:etcd_series_49:value") || !strings.Contains(got[0], "context canceled") {
			t.Errorf("before writes %d lines for %d batches of %d: %q", len(got), batches, n, got[0])
		}
		after := newAfter(&calm)
		report(after)
		time.Sleep(time.Second)
		report(after)
		if got := calm.lines(); len(got) != 2 || !strings.HasSuffix(got[1], "batches="+strconv.Itoa(batches)+" series="+strconv.Itoa(n)) {
			t.Errorf("after writes %d lines in two seconds: %q", len(got), got)
		}
	})
}

// With -race this shows that builders may report side by side.
func TestManyReport(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, arm := range map[string]struct {
		reporter func(*safe) collector.Reporter
		least    int
	}{
		"before": {func(s *safe) collector.Reporter { return newBefore(s) }, 8 * 100 * 5},
		"after":  {func(s *safe) collector.Reporter { return newAfter(s) }, 1},
	} {
		var to safe
		reporter := arm.reporter(&to)
		var reporting sync.WaitGroup
		for range 8 {
			reporting.Go(func() {
				for range 100 {
					reporter.Stale(cancelled, seriesOf(5))
				}
			})
		}
		reporting.Wait()
		if got := len(to.lines()); got < arm.least || to.text.Len() == 0 {
			t.Errorf("%s writes %d lines, want %d or more", name, got, arm.least)
		}
	}
}
