package load_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
)

const long = time.Hour // a time-out that nothing reaches

// tableFor makes a table with a slot for each operation of the streams, and sets their indexes.
func tableFor(t testing.TB, streams ...*load.Stream) (*ops.Table, string) {
	t.Helper()
	var h ops.Header
	for i, s := range streams {
		s.Index = i
		h.Streams = append(h.Streams, ops.Stream{Name: s.Name, Slots: len(s.Intended), Timeout: s.Timeout})
	}
	path := filepath.Join(t.TempDir(), "ops.bin")
	table, err := ops.Create(path, h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { table.Close() })
	return table, path
}

// drive runs one stream from an epoch that lies that far in the past, and gives its records and report.
func drive(t *testing.T, s load.Stream, past time.Duration) ([]ops.Record, load.Report) {
	t.Helper()
	table, path := tableFor(t, &s)
	report, err := load.Drive(context.Background(), clock.Now().Add(-past), table, []load.Stream{s})
	if err != nil {
		t.Fatal(err)
	}
	log, err := ops.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	var records []ops.Record
	for _, r := range log.Records(0) {
		records = append(records, r)
	}
	if b := report.Streams[0].Books; !b.Balanced() || b.Offered != len(s.Intended) || len(records) != b.Offered {
		t.Errorf("%d records, books %+v", len(records), b)
	}
	return records, report
}

func TestDriveRecordsWhatDoReports(t *testing.T) {
	said := []ops.Reason{ops.NoReason, ops.Timeout, ops.Error, ops.Ambiguous, ops.Rejected, ops.Interrupted, 99}
	want := []ops.Reason{ops.NoReason, ops.Timeout, ops.Error, ops.Ambiguous, ops.Rejected, ops.Error, ops.Error}
	intended := []int64{0, 1e6, 2e6, 3e6, 4e6, 5e6, 6e6}
	epoch := clock.Now()
	records, _ := drive(t, load.Stream{
		Name: "s", Intended: intended, Timeout: long, Workers: 3,
		Do: func(op *load.Op) {
			if op.Reason != ops.NoReason || op.Flags != 0 || op.Aux != 0 {
				t.Errorf("operation %d begins with what another one left: %+v", op.N, op)
			}
			if op.Intended != intended[op.N] || op.Worker < 0 || op.Worker > 2 {
				t.Errorf("operation %d: %+v", op.N, op)
			}
			if at := op.Deadline.Add(-long) - clock.Nanos(op.Intended); at < epoch || at > clock.Now() {
				t.Errorf("operation %d: its deadline follows from an epoch at %d", op.N, at)
			}
			op.Reason, op.Flags, op.Aux = said[op.N], ops.Flags(op.N%4), int64(10+op.N)
		},
	}, 0)
	for n, r := range records {
		outcome := ops.Failed
		if n == 0 {
			outcome = ops.OK
		}
		if r.Outcome != outcome || r.Reason != want[n] || r.Flags != ops.Flags(n%4) || r.Aux != int64(10+n) ||
			r.Intended != intended[n] || r.Lag < 0 || r.Service <= 0 {
			t.Errorf("operation %d: %+v, want %v{%v}", n, r, outcome, want[n])
		}
	}
}

func TestLatencyRunsFromTheIntendedStart(t *testing.T) {
	const past = 3 * time.Second
	records, report := drive(t, load.Stream{
		Name: "s", Intended: []int64{0, 1e9}, Timeout: long, Workers: 1, Do: func(*load.Op) {},
	}, past)
	for n, r := range records {
		if want := past - time.Duration(n)*time.Second; r.Outcome != ops.OK || r.Lag < want || r.Response() < want {
			t.Errorf("operation %d, sent %v late: %+v", n, want, r)
		}
	}
	if report.Pacer.LateMax < past {
		t.Errorf("the pacer does not report that it was late: %+v", report.Pacer)
	}
}

// held is a time-out within which an operation begins however busy the machine is. A test whose workers are held for as
// long runs beside others.
const held = 2 * time.Second

func TestSlowSuccessIsATimeout(t *testing.T) {
	t.Parallel()
	records, _ := drive(t, load.Stream{
		Name: "s", Intended: []int64{0, 0}, Timeout: held, Workers: 2,
		Do: func(op *load.Op) {
			sleepPast(op.Deadline)
			if op.N == 1 {
				op.Reason = ops.Ambiguous // says more than that it was late
			}
		},
	}, 0)
	for n, want := range []ops.Reason{ops.Timeout, ops.Ambiguous} {
		if r := records[n]; r.Outcome != ops.Failed || r.Reason != want || r.Response() <= held {
			t.Errorf("operation %d: %+v, want failed{%v}", n, r, want)
		}
	}
}

func sleepPast(at clock.Nanos) { _ = clock.SleepUntil(context.Background(), at+1) }

func spinPast(at clock.Nanos) {
	for clock.Now() <= at {
		runtime.Gosched()
	}
}

func TestExpiredInTheQueueIsNotSent(t *testing.T) {
	t.Parallel()
	var sent atomic.Int32
	records, _ := drive(t, load.Stream{
		Name: "s", Intended: []int64{0, 1, 2}, Timeout: held, Workers: 1,
		Do: func(op *load.Op) {
			sent.Add(1)
			sleepPast(op.Deadline.Add(time.Millisecond)) // holds the only worker until the others have expired
		},
	}, 0)
	if sent.Load() != 1 {
		t.Errorf("%d operations were sent, want 1", sent.Load())
	}
	for n, r := range records[1:] {
		want := ops.Record{Outcome: ops.Missed, Reason: ops.QueueExpired, Intended: int64(n + 1), Lag: held}
		if r != want {
			t.Errorf("operation %d: %+v, want %+v", n+1, r, want)
		}
	}
}

func TestFullQueueDropsAndNeverBlocks(t *testing.T) {
	const operations = 10
	s := load.Stream{Name: "s", Intended: make([]int64, operations), Timeout: long, Workers: 1, Queue: 2}
	table, _ := tableFor(t, &s)
	s.Do = func(*load.Op) {
		for { // the worker is held until the pacer has got to the last operation
			if _, filled := table.Get(0, operations-1); filled {
				return
			}
			runtime.Gosched()
		}
	}
	report, err := load.Drive(context.Background(), clock.Now(), table, []load.Stream{s})
	b := report.Streams[0].Books
	if err != nil || b.OK != 3 || b.Reasons[ops.InFlightCap] != operations-3 || !b.Balanced() {
		t.Errorf("%+v, %v, want 1 running, 2 queued and the rest missed{in_flight_cap}", b, err)
	}
}

func TestPacerThatWakesTooLateMisses(t *testing.T) {
	const timeout = time.Second
	records, _ := drive(t, load.Stream{
		Name: "s", Intended: []int64{0, 1e9}, Timeout: timeout, Workers: 1,
		Do: func(op *load.Op) { t.Errorf("operation %d was sent after its time-out", op.N) },
	}, time.Minute)
	for n, r := range records {
		if r.Reason != ops.GeneratorLate || r.Lag != timeout || r.Service != 0 {
			t.Errorf("operation %d: %+v", n, r)
		}
	}
}

func TestInterruptedDrive(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	queued := load.Stream{Name: "queued", Intended: []int64{0, 0, 0}, Timeout: long, Workers: 1}
	later := load.Stream{Name: "later", Intended: []int64{int64(long), int64(2 * long)}, Timeout: long, Workers: 2}
	queued.Do = func(*load.Op) { cancel() }
	later.Do = func(op *load.Op) { t.Errorf("operation %d was sent an hour early", op.N) }
	table, _ := tableFor(t, &queued, &later)
	report, err := load.Drive(ctx, clock.Now(), table, []load.Stream{queued, later})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	for i, want := range []ops.Books{
		{Offered: 3, OK: 1, Missed: 2, Reasons: map[ops.Reason]int{ops.Interrupted: 2}},
		{Offered: 2, Missed: 2, Reasons: map[ops.Reason]int{ops.Interrupted: 2}},
	} {
		got := report.Streams[i].Books
		if !got.Balanced() || got.OK != want.OK || got.Reasons[ops.Interrupted] != want.Reasons[ops.Interrupted] {
			t.Errorf("stream %d: %+v, want %+v", i, got, want)
		}
	}
}

// Two streams keep their own order and neither starves; all of both is sent.
func TestStreamsAreMerged(t *testing.T) {
	schedule := func(arrival load.Arrival, rate float64) []int64 {
		s := load.Schedule{Rate: rate, Arrival: arrival, Seed: 3, Windows: []load.Window{{To: second / 5}}}
		at, err := s.Intended()
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	var order [2]atomic.Int32
	streams := []load.Stream{
		{Name: "fast", Intended: schedule(load.Poisson, 5000), Timeout: long, Workers: 1},
		{Name: "slow", Intended: schedule(load.Constant, 100), Timeout: long, Workers: 1},
	}
	for i := range streams {
		streams[i].Queue = len(streams[i].Intended)
		streams[i].Do = func(op *load.Op) {
			if n := order[i].Add(1) - 1; int(n) != op.N {
				t.Errorf("%s: operation %d ran as number %d", streams[i].Name, op.N, n)
			}
		}
	}
	table, _ := tableFor(t, &streams[0], &streams[1])
	report, err := load.Drive(context.Background(), clock.Now(), table, streams)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range report.Streams {
		if s.Name != streams[i].Name || s.Workers != 1 || s.Books.OK != len(streams[i].Intended) || !s.Books.Balanced() {
			t.Errorf("stream %d: %+v", i, s)
		}
	}
}

func TestDriveRefuses(t *testing.T) {
	good := load.Stream{Name: "s", Intended: []int64{1, 2}, Timeout: long, Workers: 1, Do: func(*load.Op) {}}
	table, _ := tableFor(t, &good)
	for name, c := range map[string]struct {
		change func(*load.Stream)
		want   string
	}{
		"index":       {func(s *load.Stream) { s.Index = 1 }, "index 1 of a table with 1"},
		"name":        {func(s *load.Stream) { s.Name = "t" }, `stream 0 of the table is "s"`},
		"length":      {func(s *load.Stream) { s.Intended = s.Intended[1:] }, "1 operations for 2 slots"},
		"order":       {func(s *load.Stream) { s.Intended = []int64{2, 1} }, "operation 1 is intended before operation 0"},
		"time-out":    {func(s *load.Stream) { s.Timeout = 1 }, "time-out 1ns, and 1h0m0s in the table"},
		"no workers":  {func(s *load.Stream) { s.Workers = 0 }, "0 workers (allowed: 1 to"},
		"many worker": {func(s *load.Stream) { s.Workers = 1e9 }, "1000000000 workers"},
		"first":       {func(s *load.Stream) { s.First, s.Every = 3, 3 }, "begins with operation 3 of every 3"},
		"queue":       {func(s *load.Stream) { s.Queue = -1 }, "a queue of -1"},
		"no do":       {func(s *load.Stream) { s.Do = nil }, "nothing to do"},
	} {
		s := good
		c.change(&s)
		_, err := load.Drive(context.Background(), clock.Now(), table, []load.Stream{s})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if b := table.Books(0); b.OK+b.Failed+b.Missed != 0 {
		t.Errorf("something was recorded: %+v", b)
	}
}

// Several processes drive one stream: each does its own operations, and leaves the slots of the others alone, also when
// it is interrupted.
func TestProcessesShareAStream(t *testing.T) {
	const operations, processes = 100, 3
	intended := make([]int64, operations)
	for n := range intended {
		intended[n] = int64(n) * 1e5
	}
	done := make([]atomic.Int32, operations)
	stream := func(k int) load.Stream {
		return load.Stream{
			Name: "s", Intended: intended, Timeout: long, Workers: 2, First: k, Every: processes,
			Do: func(op *load.Op) {
				if op.N%processes != k || op.Intended != intended[op.N] {
					t.Errorf("process %d does operation %d, intended at %d", k, op.N, op.Intended)
				}
				done[op.N].Add(1)
				op.Aux = int64(k)
			},
		}
	}
	of := stream(0)
	table, path := tableFor(t, &of)
	over, stop := context.WithCancel(context.Background())
	stop()
	epoch := clock.Now()
	_, err := load.Drive(over, epoch, table, []load.Stream{of}) // the first is interrupted before it begins
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for n := range operations {
		if _, filled := table.Get(0, n); filled != (n%processes == 0) {
			t.Errorf("operation %d is recorded: %v, by a process that was interrupted", n, filled)
		}
	}
	var all sync.WaitGroup
	for k := 1; k < processes; k++ {
		all.Go(func() {
			mine, err := ops.Open(path)
			if err == nil {
				_, err = load.Drive(context.Background(), epoch, mine, []load.Stream{stream(k)})
				err = errors.Join(err, mine.Close())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for n := range operations {
		r, filled := table.Get(0, n)
		want := ops.OK
		if n%processes == 0 {
			want = ops.Missed
		}
		if !filled || r.Outcome != want || want == ops.OK && (done[n].Load() != 1 || r.Aux != int64(n%processes)) {
			t.Errorf("operation %d: %+v, done %d times", n, r, done[n].Load())
		}
	}
}
