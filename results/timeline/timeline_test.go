package timeline_test

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/timeline"
)

const ms = time.Millisecond

// table is the log of one stream of a time-out of a second.
func table(t testing.TB, records []ops.Record) *ops.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), results.OpsFile)
	header := ops.Header{Streams: []ops.Stream{{Name: "batch", Slots: len(records), Timeout: time.Second}}}
	into, err := ops.Create(path, header)
	if err != nil {
		t.Fatal(err)
	}
	for n, r := range records {
		if r.Outcome != ops.Empty {
			into.Put(0, n, r)
		}
	}
	if err := into.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := ops.Scan(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	})
	return file
}

func ok(at, took time.Duration) ops.Record {
	return ops.Record{Outcome: ops.OK, Intended: int64(at), Service: took, Aux: int64(took / 2)}
}

// What is due at a bin's end belongs to the next, what fails counts at its time-out, and nothing vanishes.
func TestBins(t *testing.T) {
	log := table(t, []ops.Record{
		ok(0, 3*ms), ok(99*ms, ms), ok(100*ms, 2*ms), {},
		{Outcome: ops.Failed, Reason: ops.Rejected, Intended: int64(150 * ms), Service: ms}, ok(320*ms, 7*ms),
		ok(5*time.Second, 9*ms),
	})
	want := []timeline.Bin{
		{Offered: 2, OK: 2, Least: ms, Middle: ms, Most: 3 * ms},
		{Offered: 2, OK: 1, Least: 2 * ms, Middle: 2 * ms, Most: time.Second},
		{},
		{Offered: 2, OK: 2, Least: 7 * ms, Middle: 7 * ms, Most: 9 * ms},
	}
	got := new(timeline.Room).Bins(log, 0, 100*ms, 400*ms)
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	merged := []timeline.Bin{
		{Offered: 4, OK: 3, Least: ms, Most: time.Second}, {Offered: 2, OK: 2, Least: 7 * ms, Most: 9 * ms},
	}
	if got := timeline.Merge(got, 2); !slices.Equal(got, merged) {
		t.Errorf("merged %+v\nwant   %+v", got, merged)
	}
	all := new(timeline.Room).Bins(log, 0, time.Hour, 0)
	if len(all) != 1 || all[0].Offered != 6 || all[0].Most != time.Second {
		t.Errorf("one bin of all: %+v", all)
	}
}

// Wherever the slowest operation lies, and however wide the bins are, it is the largest of some bin: nothing is lost.
func TestNothingIsLost(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		records := make([]ops.Record, 2000)
		for n := range records {
			records[n] = ok(time.Duration(n)*5*ms, ms+time.Duration(random.IntN(1e6)))
		}
		worst := random.IntN(len(records))
		records[worst].Service = 700 * ms
		width := timeline.Width(10*time.Second, 1+random.IntN(300))
		bins := new(timeline.Room).Bins(table(t, records), 0, width, 10*time.Second)
		offered, most := 0, time.Duration(0)
		for _, b := range bins {
			offered, most = offered+b.Offered, max(most, b.Most)
		}
		if offered != len(records) || most != 700*ms || bins[time.Duration(worst)*5*ms/width].Most != most {
			t.Fatalf("bins of %v: %d operations, the slowest %v", width, offered, most)
		}
	}
}

// No more bins than asked for, each of a width that a person counts with.
func TestWidth(t *testing.T) {
	for _, c := range []struct {
		length time.Duration
		most   int
		want   time.Duration
	}{
		{0, 10, 50 * ms}, {10 * time.Second, 200, 50 * ms}, {10*time.Second + 1, 200, 100 * ms},
		{time.Minute, 100, time.Second},
		{time.Hour, 10, 7 * time.Minute}, {1<<63 - 1, 240, 0}, {time.Second, 0, time.Second},
	} {
		got := timeline.Width(c.length, c.most)
		if c.want != 0 && got != c.want || got <= 0 {
			t.Errorf("%v in %d bins: %v, want %v", c.length, c.most, got, c.want)
		}
		if most := max(1, c.most); c.length > 0 && (c.length-1)/got+1 > time.Duration(most) {
			t.Errorf("%v in bins of %v are more than %d", c.length, got, most)
		}
	}
}

// A spectrum has the quantiles of the figures: those with too few operations beyond them are not known.
func TestSpectrum(t *testing.T) {
	var records []ops.Record
	for n := range 2000 {
		records = append(records, ok(time.Duration(n)*ms, time.Duration(n+1)*10*time.Microsecond))
	}
	for n := range 30 {
		due := int64(time.Duration(1999-n) * ms)
		records[1999-n] = ops.Record{Outcome: ops.Missed, Reason: ops.Crashed, Intended: due, Lag: time.Second}
	}
	log := table(t, records)
	windows := results.Windows{{Name: results.Steady, From: 0, To: results.Offset(2 * time.Second)}}
	at := func(q float64) int { return slices.Index(timeline.Shares, q) }
	got := new(timeline.Room).Spectrum(log, 0, timeline.Response, windows)
	for q, want := range map[float64]timeline.Quantile{
		0: {10 * time.Microsecond, false, true}, 0.5: {10 * ms, false, true},
		0.97: {19400 * time.Microsecond, false, true},
		0.99: {time.Second, true, true}, 0.992: {time.Second, true, false},
	} {
		if got[at(q)] != want {
			t.Errorf("%v: %+v, want %+v", q, got[at(q)], want)
		}
	}
	build := new(timeline.Room).Spectrum(log, 0, timeline.Build, windows)
	if q := build[at(0.5)]; q.Value != 4925*time.Microsecond || q.Bound {
		t.Errorf("the build's median is %+v", q)
	}
	if none := new(timeline.Room).Spectrum(log, 0, timeline.Response, nil); none != nil {
		t.Errorf("of no window: %+v", none)
	}
}

func TestSourceOf(t *testing.T) {
	h := ops.Header{Streams: []ops.Stream{
		{Name: "tick", Role: ops.Primary}, {Name: "publish", Role: ops.Snapshots}, {Name: "record"},
	}}
	for name, want := range map[string]timeline.Source{
		"p99": {"tick", timeline.Response}, "service_p99": {"tick", timeline.Service},
		"build_p50": {"tick", timeline.Build}, "hand_on_p99": {"tick", timeline.HandOn},
		"record_p99":      {"record", timeline.Response},
		"record_took_p50": {"record", timeline.Took}, "publish_goodput": {"publish", timeline.Response},
		"crashed": {"tick", timeline.Response}, "records_lost": {"tick", timeline.Response},
	} {
		if got, ok := timeline.SourceOf(h, results.Metric{Name: name}); got != want || !ok {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if got, ok := timeline.SourceOf(ops.Header{}, results.Metric{Name: "p99"}); ok {
		t.Errorf("without a stream: %+v", got)
	}
}

// A leader is marked once, when the first member follows it, and never the one with which the trial began.
func TestLeaders(t *testing.T) {
	e := func(at results.Offset, what, leader, term string) results.Event {
		return results.Event{At: at, Source: "n1", What: what, Data: map[string]string{"leader": leader, "term": term}}
	}
	got := timeline.Leaders([]results.Event{
		e(9, "leader-elected", "n2", "4"), e(-3, "leader-elected", "n1", "2"), e(4, "leader-lost", "n1", "3"),
		e(5, "leader-changed", "n3", "3"), e(6, "leader-elected", "n3", "3"), e(7, "leader-elected", "n3", "x"),
		{At: 8, Source: "cluster", What: "leader-elected"}, e(10, "leader-elected", "n3", "3"),
		e(11, "leader-elected", "", "9"),
	})
	want := []timeline.Leader{{At: 5, Name: "n3", Term: 3}, {At: 9, Name: "n2", Term: 4}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
