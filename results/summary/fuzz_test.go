package summary_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// small is a trial of few operations.
func small(r *recipe) {
	r.batch, r.publish = r.batch[:4], r.publish[:1]
	r.counters = nil
}

// checkSummary fails when a summary that was computed is none that can be kept: written as JSON, and computed again.
func checkSummary(t *testing.T, folder string) {
	t.Helper()
	s, err := summary.Compute(folder)
	if err != nil {
		return // a defined answer: the file that is wrong is named by results and ops, whose tests show it
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatalf("%v: %+v", err, s)
	}
	if again, err := summary.Compute(folder); err != nil || !reflect.DeepEqual(again, s) {
		t.Errorf("computed again: %v, %+v\nfirst %+v", err, again, s)
	}
	var back summary.Summary
	if err := json.Unmarshal(text, &back); err != nil {
		t.Errorf("read back: %v\n%s", err, text)
	}
	for _, f := range s.Fixes {
		if _, err := summary.ComputeFix(folder, f.Name); err != nil {
			t.Errorf("%s by itself: %v", f.Name, err)
		}
		if decided := f.Verdict == stat.Improved || f.Verdict == stat.Regressed || f.Verdict == stat.NoDifference; decided && f.Primary.Change == nil {
			t.Errorf("%s: %v of nothing", f.Name, f.Verdict)
		}
		for _, r := range f.Rows {
			if c := r.Change; c != nil && c.Confidence > 0 && !(c.Low <= c.Value && c.Value <= c.High && c.Low <= c.Low90 && c.High90 <= c.High) {
				t.Errorf("%s: %+v", r.Metric, *c)
			}
		}
	}
	if _, err := summary.CompareRuns(folder, likeIt(t, folder), true); err != nil && len(s.Fixes) > 0 {
		t.Errorf("against another like it: %v", err)
	}
}

// likeIt is a folder of another run in which everything came out the same.
func likeIt(t *testing.T, folder string) string {
	t.Helper()
	other := t.TempDir()
	if err := os.CopyFS(other, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	var run map[string]json.RawMessage
	file := filepath.Join(other, results.RunFile)
	if err := json.Unmarshal(readFile(t, file), &run); err != nil {
		t.Fatal(err)
	}
	run["id"] = json.RawMessage(`"other-run"`)
	if err := results.WriteJSON(file, run); err != nil {
		t.Fatal(err)
	}
	return other
}

// Whatever the files hold, there is a summary that can be written, or an error; never a crash. The table is altered in
// place, at one byte and at its end: a fuzzer would spend its time on making a digest match. The files are short, because
// it would spend the rest on making them so.
func FuzzCompute(f *testing.F) {
	const run = `{"schema":1,"margin":0.1,"pairs":3,"fixes":[{"name":"repair","primary":{"name":"gap","phase":"steady"}}]}`
	const trial = `{"schema":1,"fix":"repair","pair":1,"arm":"before","phases":[{"name":"steady","from_ns":0,"to_ns":90000000}],` +
		`"capacity":[{"name":"calm","complete":7,"window_ns":9}],"machine":{"score":0.2,"scored":true,"load":2}}`
	w := newWorld(f, repair)
	before, after := w.trial(1, results.Before, small), w.trial(1, results.After, small)
	put(f, strings.Replace(trial, "before", "after", 1), after, results.TrialFile)
	table := readFile(f, filepath.Join(before, results.OpsFile))
	f.Add(run, trial, uint16(0), byte(0), uint16(0))
	f.Add(run[:len(run)/2], trial, uint16(9), byte(7), uint16(0))
	f.Add(run, trial[:len(trial)/2], uint16(8192), byte(1), uint16(0))
	f.Add(run, trial, uint16(0), byte(0), uint16(40))
	f.Add(`{"schema":1,"fixes":[{"name":"repair"},{"name":"other"}]}`, trial, uint16(0), byte(0), uint16(0))
	f.Add(`{"schema":1,"margin":1e308,"fixes":[{"name":"repair","primary":{"name":"steal"}}]}`,
		`{"schema":1,"fix":"repair","pair":1,"arm":"before","phases":[{"name":"steady","from_ns":-9223372036854775808,`+
			`"to_ns":9223372036854775807}],"capacity":[{"name":"calm","window_ns":1,"complete":18446744073709551615}],`+
			`"machine":{"steal":1e308,"load":-1e308,"score":-1e308,"scored":true,"standstill":{"longest_ns":9223372036854775807,"late_ns":-1},"windows":[{"name":"measured","strangers":1e308,"strangers_known":true}]}}`,
		uint16(0), byte(0), uint16(0))
	cores := runtime.GOMAXPROCS(1) // which code runs must not depend on which goroutine reads what
	f.Cleanup(func() { runtime.GOMAXPROCS(cores) })
	f.Fuzz(func(t *testing.T, run, trial string, at uint16, flip byte, cut uint16) {
		altered := slices.Clone(table[:max(0, len(table)-int(cut))])
		if int(at) < len(altered) {
			altered[at] ^= flip
		}
		put(t, run, w.folder, results.RunFile)
		put(t, trial, before, results.TrialFile)
		put(t, string(altered), before, results.OpsFile)
		checkSummary(t, w.folder)
	})
}

// Whatever the operations of a readable table hold: times below 0, near the ends of their range, out of order.
func FuzzRecords(f *testing.F) {
	const end = 1<<63 - 1
	f.Add(int64(2e6), int64(0), int64(1e6), int64(1), uint8(0), uint16(80))
	f.Add(int64(-5), int64(-1), int64(7), int64(-1), uint8(1), uint16(200))
	f.Add(int64(end), int64(end), int64(end), int64(end), uint8(2), uint16(300))
	f.Add(int64(-end-1), int64(-end-1), int64(-end-1), int64(-end-1), uint8(0), uint16(700))
	f.Fuzz(func(t *testing.T, service, lag, aux, step int64, kind uint8, some uint16) {
		w := newWorld(t, repair)
		altered := func(r *recipe) {
			for i := range min(int(some), len(r.batch)) {
				b := &r.batch[i]
				*b = []ops.Record{{Outcome: ops.OK}, {Outcome: ops.Failed, Reason: ops.Error}, {Outcome: ops.Missed, Reason: ops.Crashed}}[(int(kind)+i)%3]
				b.Intended, b.Service, b.Lag, b.Aux = int64(i)*step, time.Duration(service), time.Duration(lag), aux
			}
		}
		for pair := 1; pair <= 2; pair++ {
			w.trial(pair, results.Before)
			w.trial(pair, results.After, altered)
		}
		w.save()
		checkSummary(t, w.folder)
	})
}
