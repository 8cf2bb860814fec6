package ops_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"aftershock/results/ops"
)

var twoStreams = ops.Header{
	Streams: []ops.Stream{
		{Name: "batch", Slots: 300, Timeout: time.Second, Aux: "build"},
		{Name: "publish", Slots: 7, Timeout: 75 * time.Millisecond},
	},
	Counters: []ops.Counter{{Name: "cancelled_checks", Unit: "checks"}, {Name: "watch_cancels", Unit: "watches", Better: ops.Lower}},
}

// create makes a table in a new folder; the caller closes it.
func create(t testing.TB, h ops.Header) (*ops.Table, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ops.bin")
	table, err := ops.Create(path, h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { table.Close() })
	return table, path
}

func read(t testing.TB, path string) *ops.Log {
	t.Helper()
	log, err := ops.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// The bytes of format version 1, written by hand from the package comment: another reader may rely on them.
func TestLayout(t *testing.T) {
	table, path := create(t, ops.Header{
		Streams:  []ops.Stream{{Name: "a", Slots: 1, Timeout: 5}, {Name: "b", Slots: 2, Timeout: 6, Aux: "x"}},
		Counters: []ops.Counter{{Name: "c", Unit: "u"}},
	})
	c, err := table.Counter("c")
	if err != nil {
		t.Fatal(err)
	}
	c.Store(0x0102)
	table.Put(1, 1, ops.Record{Outcome: ops.Missed, Reason: ops.Crashed, Flags: ops.Trigger, Intended: 1, Lag: 6, Aux: -1})
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const text = `{"streams":[{"name":"a","slots":1,"timeout_ns":5},{"name":"b","slots":2,"timeout_ns":6,"aux":"x"}],` +
		`"counters":[{"name":"c","unit":"u"}]}`
	want := make([]byte, 8192+3*40)
	copy(want, "AFTSHOPS\x01\x00\x00\x00")
	copy(want[12:], unhex(t, "88000000 96b84c415c4b8f46")) // length and digest by another xxHash64
	copy(want[24:], text)
	copy(want[4096:], "\x02\x01")
	copy(want[8192+80:], unhex(t, "03130200 d03c9083"+ // check by another xxHash64
		"0100000000000000 0600000000000000 0000000000000000 ffffffffffffffff"))
	if !bytes.Equal(got, want) {
		header, slot := 24+len(text), 8192+80
		t.Fatalf("header %x\nwant   %x\nslot %x\nwant %x", got[:header], want[:header], got[slot:], want[slot:])
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A recorded table whose operations are dealt out to several writers, n = k mod writers to the k-th, is the same file
// once they have put theirs, at the same time and each through a mapping of its own.
func TestSeveralWritersMakeTheFileOfOne(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	h := ops.Header{Counters: []ops.Counter{{Name: "answers", Unit: "answers"}}}
	for _, slots := range []int{0, 1, 5, 1000} {
		s := ops.Stream{Name: fmt.Sprint("stream ", slots), Slots: slots, Timeout: time.Second}
		h.Streams = append(h.Streams, s)
	}
	one, recorded := create(t, h)
	for stream, s := range h.Streams {
		for n := range s.Slots {
			reason := []ops.Reason{ops.NoReason, ops.Timeout, ops.Ambiguous, ops.QueueExpired}[random.IntN(4)]
			if random.IntN(7) > 0 { // the others stay empty
				one.Put(stream, n, ops.Record{
					Outcome: reason.Outcome(), Reason: reason, Flags: ops.Flags(random.IntN(4)),
					Intended: random.Int64(), Lag: time.Duration(random.Int64()),
					Service: time.Duration(random.Int64()), Aux: random.Int64(),
				})
			}
		}
	}
	count(t, one, 60)
	must(t, one.Close())
	log := read(t, recorded)
	want, err := os.ReadFile(recorded)
	must(t, err)
	for _, writers := range []int{1, 2, 3, 4} {
		created, path := create(t, h)
		must(t, created.Close())
		var all sync.WaitGroup
		for k := range writers {
			table, err := ops.Open(path)
			must(t, err)
			all.Go(func() {
				for stream, s := range h.Streams {
					for n := k; n < s.Slots; n += writers {
						if r, filled := log.Get(stream, n); filled {
							table.Put(stream, n, r)
						}
					}
				}
				count(t, table, uint64(60/writers))
				if err := table.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		got, err := os.ReadFile(path)
		must(t, err)
		if !bytes.Equal(got, want) {
			t.Errorf("%d writers make another file", writers)
		}
	}
}

// count adds to the counter of a table one by one.
func count(t *testing.T, table *ops.Table, times uint64) {
	t.Helper()
	c, err := table.Counter("answers")
	if err != nil {
		t.Error(err)
		return
	}
	for range times {
		c.Add(1)
	}
}

func TestAnotherMappingSeesWhatWasPut(t *testing.T) {
	created, path := create(t, twoStreams)
	opened, err := ops.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	want := ops.Record{Outcome: ops.OK, Flags: ops.Partial, Intended: 5e6, Lag: 40e3, Service: 150e3, Aux: 110e3}
	opened.Put(0, 299, want)
	counter, err := opened.Counter("watch_cancels")
	if err != nil {
		t.Fatal(err)
	}
	counter.Add(3)
	// Neither mapping is closed: this is what a crash leaves.
	if got, filled := created.Get(0, 299); !filled || got != want {
		t.Errorf("the other mapping has %+v, %v", got, filled)
	}
	log := read(t, path)
	if got, filled := log.Get(0, 299); !filled || got != want {
		t.Errorf("the file has %+v, %v", got, filled)
	}
	if _, filled := log.Get(0, 298); filled {
		t.Error("a slot that was not written is filled")
	}
	for name, want := range map[string]uint64{"watch_cancels": 3, "cancelled_checks": 0} {
		if got, err := log.Counter(name); err != nil || got != want {
			t.Errorf("counter %s = %d, %v, want %d", name, got, err, want)
		}
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
}

// A sparse file would give SIGBUS in mid-trial on a full disk.
func TestCreateReservesTheSpace(t *testing.T) {
	h := twoStreams
	h.Streams = []ops.Stream{{Name: "batch", Slots: 100_000, Timeout: time.Second}}
	_, path := create(t, h)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); stat.Blocks*512 < info.Size() {
		t.Errorf("%d bytes of disk for a file of %d", stat.Blocks*512, info.Size())
	}
}

func TestCreateRefuses(t *testing.T) {
	stream := ops.Stream{Name: "s", Slots: 1, Timeout: 1}
	with := func(change func(*ops.Stream)) ops.Header {
		s := stream
		change(&s)
		return ops.Header{Streams: []ops.Stream{s}}
	}
	sameCounter := with(func(*ops.Stream) {})
	sameCounter.Counters = []ops.Counter{{Name: "c"}, {Name: "c"}}
	for name, c := range map[string]struct {
		header ops.Header
		want   string
	}{
		"no stream": {ops.Header{}, "0 streams"},
		"no direction": {ops.Header{Streams: []ops.Stream{stream}, Counters: []ops.Counter{{Name: "c", Better: "more"}}},
			`counter "c" is better "more" (allowed: lower, higher, or none)`},
		"cut by nothing": {ops.Header{Streams: []ops.Stream{stream},
			Counters: []ops.Counter{{Name: "silent", Cut: "silent_at"}, {Name: "silent_end"}}},
			`counter "silent" is cut off where another says: unknown counter "silent_at"`},
		"no name":          {with(func(s *ops.Stream) { s.Name = "" }), `named ""`},
		"name not UTF-8":   {with(func(s *ops.Stream) { s.Name = "\xff" }), `named "\xff"`},
		"aux not UTF-8":    {with(func(s *ops.Stream) { s.Aux = "\xff" }), `aux "\xff"`},
		"same name":        {ops.Header{Streams: []ops.Stream{stream, stream}}, `stream 1 is named "s"`},
		"negative slots":   {with(func(s *ops.Stream) { s.Slots = -1 }), "-1 slots"},
		"too many slots":   {with(func(s *ops.Stream) { s.Slots = 1 << 40 }), "slots (allowed: 0 to"},
		"no time-out":      {with(func(s *ops.Stream) { s.Timeout = 0 }), "time-out 0s"},
		"same counter":     {sameCounter, "counter 1"},
		"header too large": {with(func(s *ops.Stream) { s.Name = strings.Repeat("n", 1<<21) }), "the header takes"},
	} {
		path := filepath.Join(t.TempDir(), "ops.bin")
		if _, err := ops.Create(path, c.header); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: a file was left: %v", name, err)
		}
	}
	_, path := create(t, twoStreams)
	if _, err := ops.Create(path, twoStreams); !errors.Is(err, os.ErrExist) {
		t.Errorf("a recording was overwritten: %v", err)
	}
}

func TestNamesSuggestTheNearest(t *testing.T) {
	table, path := create(t, twoStreams)
	_, fromTable := table.Counter("watch_cancel")
	_, fromLog := read(t, path).Counter("watch_cancel")
	_, fromStream := table.Stream("publis")
	for _, c := range []struct {
		err  error
		want string
	}{{fromTable, `"watch_cancels"`}, {fromLog, `"watch_cancels"`}, {fromStream, `"publish"`}} {
		if c.err == nil || !strings.Contains(c.err.Error(), "did you mean "+c.want) {
			t.Errorf("%v, want a suggestion of %s", c.err, c.want)
		}
	}
	if i, err := table.Stream("publish"); err != nil || i != 1 {
		t.Errorf("publish is stream %d, %v", i, err)
	}
}

func TestPutRefusesWhatReadWouldNotAccept(t *testing.T) {
	table, path := create(t, twoStreams)
	for name, put := range map[string]func(){
		"empty":                 func() { table.Put(0, 0, ops.Record{}) },
		"ok with a reason":      func() { table.Put(0, 0, ops.Record{Outcome: ops.OK, Reason: ops.Timeout}) },
		"failed without reason": func() { table.Put(0, 0, ops.Record{Outcome: ops.Failed}) },
		"missed, for a failure": func() { table.Put(0, 0, ops.Record{Outcome: ops.Missed, Reason: ops.Timeout}) },
		"unknown reason":        func() { table.Put(0, 0, ops.Record{Outcome: ops.Failed, Reason: 200}) },
		"unknown flag":          func() { table.Put(0, 0, ops.Record{Outcome: ops.OK, Flags: 1 << 15}) },
		"n too large":           func() { table.Put(1, 7, ops.Record{Outcome: ops.OK}) },
		"n negative":            func() { table.Put(1, -1, ops.Record{Outcome: ops.OK}) },
	} {
		if !panics(put) {
			t.Errorf("%s: accepted", name)
		}
	}
	if got := read(t, path).Books(0); got.Offered != 300 || got.OK+got.Failed+got.Missed != 0 {
		t.Errorf("something was recorded: %+v", got)
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return
}

func TestConcurrentPuts(t *testing.T) {
	table, path := create(t, twoStreams)
	counter, err := table.Counter("cancelled_checks")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			for n := w; n < 300; n += 3 {
				table.Put(0, n, ops.Record{Outcome: ops.OK, Intended: int64(n), Aux: int64(w)})
				counter.Add(1)
			}
		})
	}
	wg.Wait()
	log := read(t, path)
	seen := 0
	for n, r := range log.Records(0) {
		if r.Intended != int64(n) || r.Aux != int64(n%3) {
			t.Errorf("operation %d: %+v", n, r)
		}
		seen++
	}
	if got, _ := log.Counter("cancelled_checks"); seen != 300 || got != 300 {
		t.Errorf("%d records, counter %d, want 300", seen, got)
	}
}

func TestRecordsStopsWhenAsked(t *testing.T) {
	table, path := create(t, twoStreams)
	for n := range 5 {
		table.Put(0, n, ops.Record{Outcome: ops.OK})
	}
	seen := 0
	for n := range read(t, path).Records(0) {
		if seen++; n == 2 {
			break
		}
	}
	if seen != 3 {
		t.Errorf("saw %d records, want 3", seen)
	}
}

func BenchmarkPut(b *testing.B) {
	table, _ := create(b, ops.Header{Streams: []ops.Stream{{Name: "s", Slots: 1 << 16, Timeout: time.Second}}})
	r := ops.Record{Outcome: ops.OK, Intended: 1e9, Lag: 40e3, Service: 150e3, Aux: 1}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		table.Put(0, n&(1<<16-1), r)
		n++
	}
}
