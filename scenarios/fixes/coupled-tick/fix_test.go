package coupledtick

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/collector"
)

var tickers = map[string]func(context.Context, func(context.Context) error) collector.Ticker{
	"before": newBefore, "after": newAfter,
}

// etcd answers when so much time has passed, or with an error of its own.
type etcd struct {
	takes          time.Duration
	err            error
	asked, waiting atomic.Int64
}

// leaderless is longer than any caller waits.
const leaderless = time.Hour

func (e *etcd) read(ctx context.Context) error {
	e.asked.Add(1)
	e.waiting.Add(1)
	defer e.waiting.Add(-1)
	select {
	case <-time.After(e.takes):
		return e.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begin begins a tick, and tells how long that took and how long its batch may be built; 0 when nothing ends it.
func begin(t *testing.T, ticker collector.Ticker) (took, left time.Duration, err error) {
	t.Helper()
	began := time.Now()
	tick, end := ticker.Begin()
	defer end()
	if deadline, bounded := tick.Deadline(); bounded {
		left = time.Until(deadline)
	}
	return time.Since(began), left, tick.Err()
}

func TestATickHasWhatTheReadHasLeftOnlyBefore(t *testing.T) {
	const ms = time.Millisecond
	type tick struct {
		took, left time.Duration
		err        error
	}
	for name, c := range map[string]struct {
		takes  time.Duration
		err    error
		before tick
	}{
		"at once":        {0, nil, tick{0, patience, nil}},
		"soon":           {2 * ms, nil, tick{2 * ms, patience - 2*ms, nil}},
		"just in time":   {patience - ms, nil, tick{patience - ms, ms, nil}},
		"not in time":    {leaderless, nil, tick{patience, 0, context.DeadlineExceeded}},
		"that it failed": {ms, errors.New("refused"), tick{ms, patience - ms, nil}},
	} {
		for arm, want := range map[string]tick{"before": c.before, "after": {}} {
			synctest.Test(t, func(t *testing.T) { // the clock stands still while no goroutine sleeps
				service, stop := context.WithCancel(t.Context())
				e := &etcd{takes: c.takes, err: c.err}
				ticker := tickers[arm](service, e.read)
				took, left, err := begin(t, ticker)
				synctest.Wait()
				if (tick{took, left, err}) != want || e.asked.Load() != 1 {
					t.Errorf("%s, etcd answers %s: it took %v, %v are left (%v), and etcd was asked %d times; want %+v",
						arm, name, took, left, err, e.asked.Load(), want)
				}
				stop()
				ticker.Wait()
			})
		}
	}
}

func TestTicksSideBySideAskEtcdEachOnlyBefore(t *testing.T) {
	const ticks = 50
	for arm, want := range map[string]struct {
		waiting int64
		late    time.Duration
	}{"before": {ticks, patience}, "after": {1, 0}} {
		synctest.Test(t, func(t *testing.T) {
			service, stop := context.WithCancel(t.Context())
			e := &etcd{takes: leaderless}
			ticker := tickers[arm](service, e.read)
			var latest atomic.Int64
			began := time.Now()
			for range ticks {
				go func() {
					took, _, _ := begin(t, ticker)
					latest.Store(int64(took))
				}()
			}
			synctest.Wait()
			if e.waiting.Load() != want.waiting || e.asked.Load() != want.waiting {
				t.Errorf("%s: %d ticks ask etcd %d times, and %d wait", arm, ticks, e.asked.Load(), e.waiting.Load())
			}
			time.Sleep(patience) // which is the deadline of the reads in both arms
			synctest.Wait()
			if late := time.Duration(latest.Load()); late != want.late || e.waiting.Load() != 0 {
				t.Errorf("%s: %v after the first tick began, %d reads wait, and ticks were %v late", arm, time.Since(began), e.waiting.Load(), late)
			}
			_, _, _ = begin(t, ticker) // and the next one asks again
			synctest.Wait()
			if n := e.asked.Load(); n != want.waiting+1 {
				t.Errorf("%s: the tick after that asks etcd for the %dth time, want %d", arm, n, want.waiting+1)
			}
			stop()
			ticker.Wait()
		})
	}
}

func TestNothingOfATickOutlivesTheService(t *testing.T) {
	for arm, newTicker := range tickers {
		synctest.Test(t, func(t *testing.T) {
			service, stop := context.WithCancel(t.Context())
			e := &etcd{takes: leaderless}
			ticker := newTicker(service, e.read)
			began := make(chan error)
			go func() {
				_, _, err := begin(t, ticker)
				began <- err
			}()
			synctest.Wait()
			stopped := time.Now()
			stop()
			want := map[string]error{"before": context.Canceled}[arm] // the tick itself waits, or only its read
			if err := <-began; !errors.Is(err, want) {
				t.Errorf("%s: the tick's context says %v, want %v", arm, err, want)
			}
			ticker.Wait()
			if e.waiting.Load() != 0 || !time.Now().Equal(stopped) {
				t.Errorf("%s: %v after the service has ended %d reads wait", arm, time.Since(stopped), e.waiting.Load())
			}
		})
	}
}
