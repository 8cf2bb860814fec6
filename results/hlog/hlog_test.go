package hlog_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/internal/clock"
	"aftershock/internal/golden"
	"aftershock/results"
	"aftershock/results/hlog"
	"aftershock/results/ops"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const ms = int64(time.Millisecond)

var epochWall = time.Date(2026, 3, 1, 12, 0, 0, 789_123_456, time.UTC)

// write makes an operation log of one record a slot; an empty outcome leaves its slot empty.
func write(t testing.TB, streams map[string][]ops.Record) *ops.Log {
	t.Helper()
	var h ops.Header
	for _, name := range []string{"batch", "publish"} {
		h.Streams = append(h.Streams, ops.Stream{Name: name, Slots: len(streams[name]), Timeout: time.Second})
	}
	path := filepath.Join(t.TempDir(), "ops.bin")
	table, err := ops.Create(path, h)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range h.Streams {
		for n, r := range streams[s.Name] {
			if r.Outcome != ops.Empty {
				table.Put(i, n, r)
			}
		}
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := ops.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// readBack reads a log as any user of the library does.
func readBack(t testing.TB, text []byte) (out []*hdrhistogram.Histogram) {
	t.Helper()
	reader := hdrhistogram.NewHistogramLogReader(bytes.NewReader(text))
	for {
		h, err := reader.NextIntervalHistogram()
		if err != nil {
			t.Fatal(err)
		}
		if h == nil {
			return out
		}
		out = append(out, h)
	}
}

func ok(intended int64, response time.Duration) ops.Record {
	return ops.Record{Outcome: ops.OK, Intended: intended, Lag: response / 3, Service: response - response/3}
}

var smallLog = map[string][]ops.Record{
	"batch": {
		ok(0, 2*time.Millisecond),
		ok(599*ms, 3*time.Millisecond),
		ok(600*ms, 4*time.Millisecond),
		// Meant for the first second and answered in the third: it counts in the first.
		{Outcome: ops.Failed, Reason: ops.Timeout, Intended: 999 * ms, Lag: 0, Service: 2 * time.Second},
		{Outcome: ops.Failed, Reason: ops.Rejected, Intended: 1000 * ms, Lag: 0, Service: time.Microsecond},
		{Outcome: ops.Missed, Reason: ops.Crashed, Intended: 1999 * ms, Lag: time.Second},
		ok(2700*ms, time.Nanosecond), // in the gap, and below the range
		{},                           // never recorded
		ok(5000*ms, time.Hour),       // beyond the range, after the last phase
	},
	"publish": {ok(1100*ms, 5*time.Millisecond)},
}

var smallPhases = []results.Phase{
	{Name: "warm-up", From: 0, To: clock.Nanos(600 * ms)},
	{Name: "steady", From: clock.Nanos(600 * ms), To: clock.Nanos(2500 * ms)},
	{Name: "fault", From: clock.Nanos(3000 * ms), To: clock.Nanos(4000 * ms)},
}

func TestGolden(t *testing.T) {
	var text bytes.Buffer
	if err := hlog.Write(&text, write(t, smallLog), smallPhases, epochWall); err != nil {
		t.Fatal(err)
	}
	// The histograms are compressed, by a library that may compress otherwise tomorrow.
	got := regexp.MustCompile(`HISTF[A-Za-z0-9+/=]+`).ReplaceAll(text.Bytes(), []byte("HISTF..."))
	golden.Compare(t, "testdata/small.hlog", got)
}

func TestReaderFindsTagsTimesAndValues(t *testing.T) {
	var text bytes.Buffer
	if err := hlog.Write(&text, write(t, smallLog), smallPhases, epochWall); err != nil {
		t.Fatal(err)
	}
	type line struct {
		tag      string
		from, to int64 // ms from the epoch
		count    int64
		max      time.Duration
	}
	want := []line{
		{"batch.warm-up", 0, 600, 2, 3 * time.Millisecond},
		{"batch.warm-up.ok", 0, 600, 2, 3 * time.Millisecond},
		{"batch.steady", 600, 1000, 2, 2 * time.Second},
		{"batch.steady.ok", 600, 1000, 1, 4 * time.Millisecond},
		{"batch.steady", 1000, 2000, 2, time.Second}, // a quick refusal counts at the time-out
		{"publish.steady", 1000, 2000, 1, 5 * time.Millisecond},
		{"publish.steady.ok", 1000, 2000, 1, 5 * time.Millisecond},
		{"batch.outside", 2500, 3000, 1, time.Microsecond},
		{"batch.outside.ok", 2500, 3000, 1, time.Microsecond},
		{"batch.outside", 5000, 6000, 1, time.Minute},
		{"batch.outside.ok", 5000, 6000, 1, time.Minute},
	}
	histograms := readBack(t, text.Bytes())
	if len(histograms) != len(want) {
		t.Fatalf("%d lines, want %d", len(histograms), len(want))
	}
	for i, h := range histograms {
		w := want[i]
		if h.Tag() != w.tag || h.TotalCount() != w.count {
			t.Errorf("line %d: %d of %s, want %d of %s", i, h.TotalCount(), h.Tag(), w.count, w.tag)
		}
		// The reader adds seconds as float64 and cuts the sum to milliseconds.
		base := epochWall.UnixMilli()
		if from, to := h.StartTimeMs()-base, h.EndTimeMs()-base; abs(from-w.from) > 1 || abs(to-w.to) > 1 {
			t.Errorf("line %d: [%d, %d) ms, want [%d, %d)", i, from, to, w.from, w.to)
		}
		if !h.ValuesAreEquivalent(h.Max(), int64(w.max)) {
			t.Errorf("line %d: max %v, want %v", i, time.Duration(h.Max()), w.max)
		}
	}
}

func abs(n int64) int64 { return max(n, -n) }

// Whatever happens to operations and wherever phases lie: every recorded operation is in one line of all and every
// success in one line of ok, in the second and phase where it was meant to start, and quantiles keep three digits.
func TestEveryOperationIsInOneLine(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 0))
		phases := randomPhases(rng)
		records := map[string][]ops.Record{"batch": randomRecords(rng), "publish": randomRecords(rng)}
		var text bytes.Buffer
		log := write(t, records)
		if err := hlog.Write(&text, log, phases, epochWall); err != nil {
			t.Fatal(err)
		}
		want := map[string][]int64{}
		for i, s := range log.Streams {
			for _, r := range log.Records(i) {
				key := fmt.Sprintf("%s.%s @%d", s.Name, phaseOf(r.Intended, phases), r.Intended/1e9)
				want[key] = append(want[key], int64(r.Charged(s.Timeout)))
				if r.Outcome == ops.OK {
					key = strings.Replace(key, " ", ".ok ", 1)
					want[key] = append(want[key], int64(r.Response()))
				}
			}
		}
		got := map[string]*hdrhistogram.Histogram{}
		last := int64(0)
		for _, h := range readBack(t, text.Bytes()) {
			// Half a second in, no rounding matters; a second may hold two gaps of the same tag.
			middle := (h.StartTimeMs()+h.EndTimeMs())/2 - epochWall.UnixMilli()
			key := fmt.Sprintf("%s @%d", h.Tag(), middle/1000)
			if before := got[key]; before != nil {
				h.Merge(before)
			}
			got[key] = h
			if h.StartTimeMs() < last {
				t.Errorf("seed %d: a line at %d after one at %d", seed, h.StartTimeMs(), last)
			}
			last = h.StartTimeMs()
		}
		for key, values := range want {
			compare(t, key, got[key], values)
			delete(got, key)
		}
		if len(got) != 0 {
			t.Errorf("seed %d: lines for no operation: %v", seed, got)
		}
	}
}

func compare(t *testing.T, key string, h *hdrhistogram.Histogram, values []int64) {
	t.Helper()
	if h == nil || h.TotalCount() != int64(len(values)) {
		t.Errorf("%s: %v, want %d operations", key, h, len(values))
		return
	}
	slices.Sort(values)
	for _, q := range []float64{50, 99, 100} {
		want := values[max(0, int(q/100*float64(len(values))+0.5)-1)]
		if got := h.ValueAtQuantile(q); abs(got-want) > want/1000+1000 {
			t.Errorf("%s: P%v is %d, want %d", key, q, got, want)
		}
	}
}

func phaseOf(at int64, phases []results.Phase) string {
	for _, p := range phases {
		if int64(p.From) <= at && at < int64(p.To) {
			return p.Name
		}
	}
	return "outside"
}

// randomPhases lie apart by at least 10 ms, so that a reader's millisecond cannot move a line into another second.
func randomPhases(rng *rand.Rand) (out []results.Phase) {
	at := int64(0)
	for i := range rng.IntN(5) {
		from := at + int64(rng.IntN(3))*300*ms
		at = from + 10*ms + int64(rng.IntN(200))*10*ms
		out = append(out, results.Phase{Name: fmt.Sprintf("p%d", i), From: clock.Nanos(from), To: clock.Nanos(at)})
	}
	return out
}

func randomRecords(rng *rand.Rand) (out []ops.Record) {
	at := int64(0)
	for range 400 {
		at += int64(rng.ExpFloat64() * 1e7)
		r := ok(at, time.Duration(1e3+rng.ExpFloat64()*1e6))
		switch rng.IntN(10) {
		case 0:
			r = ops.Record{Outcome: ops.Missed, Reason: ops.QueueExpired, Intended: at, Lag: time.Second}
		case 1:
			r.Outcome, r.Reason = ops.Failed, ops.Error
		case 2:
			r = ops.Record{}
		}
		out = append(out, r)
	}
	return out
}

func TestWriteRefuses(t *testing.T) {
	good := write(t, smallLog)
	phase := func(name string, from, to clock.Nanos) []results.Phase {
		return []results.Phase{{Name: "first", From: 5, To: 10}, {Name: name, From: from, To: to}}
	}
	unordered := write(t, map[string][]ops.Record{"batch": {ok(5, 1), ok(4, 1)}})
	for name, c := range map[string]struct {
		log    *ops.Log
		phases []results.Phase
		epoch  time.Time
		want   string
	}{
		"a comma":         {good, phase("a,", 10, 20), epochWall, `phase "a,"`},
		"a dot":           {good, phase("a.ok", 10, 20), epochWall, `phase "a.ok"`},
		"no name":         {good, phase("", 10, 20), epochWall, `phase ""`},
		"a reserved name": {good, phase("outside", 10, 20), epochWall, "outside"},
		"overlap":         {good, phase("b", 9, 20), epochWall, "in order"},
		"an empty phase":  {good, phase("b", 20, 20), epochWall, "not empty"},
		"no epoch":        {good, nil, time.Time{}, "before 1970"},
		"unordered":       {unordered, nil, epochWall, `stream "batch": operation 1 is intended at 4 ns`},
		"before the epoch": {write(t, map[string][]ops.Record{"publish": {ok(-1, 1)}}), nil, epochWall,
			`stream "publish"`},
		"in another age": {write(t, map[string][]ops.Record{"batch": {ok(1<<62, 1)}}), nil, epochWall, "later than"},
	} {
		var out bytes.Buffer
		if err := hlog.Write(&out, c.log, c.phases, c.epoch); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if out.Len() != 0 {
			t.Errorf("%s: something was written", name)
		}
	}
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteReportsAFullDisk(t *testing.T) {
	if err := hlog.Write(full{}, write(t, smallLog), smallPhases, epochWall); !errors.Is(err, errFull) {
		t.Errorf("%v, want %v", err, errFull)
	}
}
