package harness

import (
	"path/filepath"
	"testing"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"
)

// "-8s left" and "trial 3/2" were seen of a run that was resumed.
func TestTheTimeLeftIsNeverNegative(t *testing.T) {
	const length = 10 * time.Second
	for _, c := range []struct {
		planned, begun int
		elapsed        time.Duration
		over           bool
		want           time.Duration
	}{
		{0, 0, 0, true, 0}, {2, 0, 0, true, 20 * time.Second}, {2, 1, 4 * time.Second, false, 16 * time.Second},
		{2, 1, 4 * time.Second, true, 10 * time.Second}, {2, 2, 18 * time.Second, false, 0}, {2, 3,
			18 * time.Second, false, 0},
		{2, 3, time.Second, true, 0},
	} {
		if got := timeLeft(c.planned, c.begun, length, c.elapsed, c.over); got != c.want {
			t.Errorf("%+v: %v left", c, got)
		}
	}
}

// What a trial that is over has used is booked already.
func TestARunThatStopsByItselfBooksATrialOnce(t *testing.T) {
	r := &runner{used: map[string]time.Duration{"g": 20 * time.Second}, current: &trial{}}
	r.Stop = &results.Stop{MaxTime: time.Minute}
	r.current.live.opened(0)
	if got := r.left(clock.Nanos(20 * time.Second)); got != 20*time.Second {
		t.Errorf("%v left while it runs", got)
	}
	r.current.live.ended()
	if got := r.left(clock.Nanos(20 * time.Second)); got != 40*time.Second {
		t.Errorf("%v left after it", got)
	}
	if got := r.left(clock.Nanos(time.Hour)); got != 40*time.Second {
		t.Errorf("%v left long after it", got)
	}
	r.current = nil
	if got := r.left(0); got != 40*time.Second {
		t.Errorf("%v left before the first trial", got)
	}
}

const second = clock.Nanos(time.Second)

// watched is a table of 100 batches a second for 3 s, of which those below done are filled.
func watched(t *testing.T, done int) (*recent, *ops.Table) {
	t.Helper()
	intended := make([]int64, 300)
	for n := range intended {
		intended[n] = int64(n) * 10_000_000
	}
	table, err := ops.Create(filepath.Join(t.TempDir(), results.OpsFile), ops.Header{
		Streams: []ops.Stream{{Name: "other", Slots: 1, Timeout: time.Second},
			{Name: "batch", Slots: 300, Timeout: time.Second}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := table.Close(); err != nil {
			t.Error(err)
		}
	})
	for n := range done {
		table.Put(1, n, ops.Record{Outcome: ops.OK, Intended: intended[n],
			Service: time.Duration(n+1) * time.Microsecond})
	}
	r := &recent{}
	r.open(table, 1, intended)
	return r, table
}

func TestTheLastSecondOfBatches(t *testing.T) {
	for name, c := range map[string]struct {
		done int
		put  map[int]ops.Record
		at   clock.Nanos
		want Recent
	}{
		"before the epoch":   {300, nil, -1, Recent{}},
		"half a second":      {300, nil, second / 2, Recent{OK: 50, P99: 50 * time.Microsecond}},
		"a second, of three": {300, nil, 2 * second, Recent{OK: 100, P99: 199 * time.Microsecond}},
		"long after":         {300, nil, 9 * second, Recent{}},
		"one failed": {300, map[int]ops.Record{150: {Outcome: ops.Failed, Reason: ops.Error}}, 2 * second,
			Recent{OK: 99, Failed: 1, P99: 200 * time.Microsecond}},
		"two failed, at once": {300, map[int]ops.Record{
			150: {Outcome: ops.Failed, Reason: ops.Error}, 151: {Outcome: ops.Missed, Reason: ops.InFlightCap},
		}, 2 * second, Recent{OK: 98, Failed: 2, P99: time.Second, AtLeast: true}},
		"one under way":        {199, nil, 2 * second, Recent{OK: 99, P99: 199 * time.Microsecond}},
		"a service that hangs": {150, nil, 2 * second, Recent{OK: 50, P99: 490 * time.Millisecond, AtLeast: true}},
		"one that hung before": {100, nil, 2 * second, Recent{P99: 990 * time.Millisecond, AtLeast: true}},
	} {
		t.Run(name, func(t *testing.T) {
			r, table := watched(t, c.done)
			for n, record := range c.put {
				table.Put(1, n, record)
			}
			if got := r.look(c.at); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// The line is redrawn five times a second; that must not be as many looks.
func TestBatchesAreLookedAtOnceASecond(t *testing.T) {
	r, table := watched(t, 50)
	first := r.look(second / 2)
	table.Put(1, 10, ops.Record{Outcome: ops.Failed, Reason: ops.Error})
	if again := r.look(second/2 + second - 1); again != first {
		t.Errorf("looked again: %+v after %+v", again, first)
	}
	if later := r.look(second/2 + second); later == first {
		t.Errorf("not looked again: %+v", later)
	}
}

func TestATableThatIsClosedIsNotLookedAt(t *testing.T) {
	r, table := watched(t, 300)
	table.Put(1, 7, ops.Record{Outcome: ops.Missed, Reason: ops.Crashed, Lag: time.Second})
	r.close()
	r.close()
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := r.look(2*second), (Recent{OK: 299, Failed: 1}); got != want {
		t.Errorf("got %+v, want the whole trial's %+v", got, want)
	}
	if got := new(recent).look(second); got != (Recent{}) {
		t.Errorf("without a table: %+v", got)
	}
}

// manyBatches is a table of three times as many batches as are looked at, all due and done within a second.
func manyBatches(t testing.TB) *recent {
	t.Helper()
	intended := make([]int64, 3*mostLooked)
	for n := range intended {
		intended[n] = int64(n) * int64(time.Second) / int64(len(intended))
	}
	table, err := ops.Create(filepath.Join(t.TempDir(), results.OpsFile), ops.Header{
		Streams: []ops.Stream{{Name: "batch", Slots: len(intended), Timeout: time.Second}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := table.Close(); err != nil {
			t.Error(err)
		}
	})
	for n, at := range intended {
		table.Put(0, n, ops.Record{Outcome: ops.OK, Intended: at, Service: time.Duration(1 + n*7919%len(intended))})
	}
	r := &recent{}
	r.open(table, 0, intended)
	return r
}

// At the highest rates the newest are looked at.
func TestALookIsBounded(t *testing.T) {
	if got := manyBatches(t).look(second); got.OK != mostLooked {
		t.Errorf("%d were looked at, want %d", got.OK, mostLooked)
	}
}

// What the dearest look costs, of which a run makes one a second.
func BenchmarkLook(b *testing.B) {
	r := manyBatches(b)
	for b.Loop() {
		r.looked = 0
		r.look(second)
	}
}
