package summary_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
)

// counts declares a counter beside the trigger's, and sets it.
func counts(c ops.Counter, n uint64) step {
	return func(r *recipe) {
		r.declared = append(r.declared, c)
		r.counters[c.Name] = n
	}
}

func TestWhatTheWorkloadCountsIsAFigure(t *testing.T) {
	const long = uint64(5e9)
	for _, c := range []struct {
		counter       ops.Counter
		before, after uint64
		want          stat.Verdict
		median        float64 // before
		unit          string
	}{
		{ops.Counter{Name: "lost", Unit: "leases", Better: ops.Lower}, 3, 0, stat.Improved, 3, "leases"},
		{ops.Counter{Name: "lost", Unit: "leases", Better: ops.Lower}, 0, 0, stat.NoDifference, 0, "leases"},
		{ops.Counter{Name: "kept", Unit: "writes", Better: ops.Higher}, 30, 20, stat.Regressed, 30, "writes"},
		{ops.Counter{Name: "waited", Unit: "ns", Better: ops.Lower}, long, long + 1, stat.NoDifference, 5, "s"},
	} {
		w := newWorld(t, repair)
		for pair := 1; pair <= 8; pair++ {
			w.trial(pair, results.Before, counts(c.counter, c.before))
			w.trial(pair, results.After, counts(c.counter, c.after))
		}
		r := row(t, w.fix(), c.counter.Name, "")
		if r.Change == nil || r.Change.Alone != c.want || r.Before.Median != c.median || r.Unit != c.unit {
			t.Errorf("%+v, %d -> %d: %+v %+v, want %v", c.counter, c.before, c.after, r, r.Change, c.want)
		}
	}
}

// A counter can be what a fix is judged by, or what it must not win by.
func TestACounterGivesAVerdictAndGuards(t *testing.T) {
	judged, guard := ops.Counter{Name: "lost", Unit: "leases", Better: ops.Lower}, ops.Counter{Name: "sent", Unit: "requests", Better: ops.Lower}
	fix := repair
	fix.Primary, fix.Guards = results.Metric{Name: "lost"}, []results.Metric{{Name: "sent"}, {Name: "absent"}}
	w := newWorld(t, fix)
	for pair := 1; pair <= 8; pair++ {
		w.trial(pair, results.Before, counts(judged, uint64(10+pair)), counts(guard, 100))
		w.trial(pair, results.After, counts(judged, uint64(pair)), counts(guard, 500))
	}
	s := w.compute()
	if f := s.Fixes[0]; f.Verdict != stat.Improved || f.Primary.Change.Value != -10 {
		t.Errorf("%v, %+v", f.Verdict, f.Primary)
	}
	told := fmt.Sprint(s.Warnings)
	for _, want := range []string{"the guard sent is worse after", "the guard absent has no figure"} {
		if !strings.Contains(told, want) {
			t.Errorf("no warning %q in %s", want, told)
		}
	}
}

// What a trigger counts is no arm's merit. Folders of a time before counters had directions read like that.
func TestACounterWithoutADirectionIsOnlyShown(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(1)
	r := row(t, w.fix(), "fired", "")
	if r.Change != nil || r.Better != "" || r.Before.Median != 100 || len(r.After.Values) != 8 || r.Note == "" {
		t.Errorf("%+v", r)
	}
}

// Two rows of a name could not be told apart.
func TestACounterNamedAsAFigureIsNone(t *testing.T) {
	w := newWorld(t, repair)
	gcs := ops.Counter{Name: "gcs", Unit: "others", Better: ops.Higher}
	for pair := 1; pair <= 8; pair++ {
		w.trial(pair, results.Before, counts(gcs, 9))
		w.trial(pair, results.After, counts(gcs, 9))
	}
	f := w.fix()
	n := 0
	for _, r := range f.Rows {
		if r.Name == "gcs" {
			n++
		}
	}
	if r := row(t, f, "gcs", ""); n != 1 || r.Unit != "count" || r.Before.Median != 0 {
		t.Errorf("%d rows, the first %+v", n, r)
	}
}

func TestTimeToCrashIsThatOfTheArmThatCrashed(t *testing.T) {
	const n = 4
	died := func(at results.Offset) step {
		return func(r *recipe) {
			r.trial.Worker.Crashed, r.trial.Worker.Died, r.trial.Capacity = true, at, nil
		}
	}
	hung := func(r *recipe) { r.trial.Worker.Crashed, r.trial.Worker.Stuck, r.trial.Capacity = true, true, nil }
	w := newWorld(t, repair)
	for pair := 1; pair <= n; pair++ {
		w.trial(pair, results.Before, died(results.Offset(pair)*results.Offset(ms)))
		w.trial(pair, results.After)
	}
	w.pair(n+1, hung)
	s := w.compute()
	r := row(t, s.Fixes[0], "time_to_crash", "")
	if want := []float64{1e6, 2e6, 3e6, 4e6}; !slices.Equal(r.Before.Values, want) || len(r.After.Values) > 0 || r.Change != nil || r.Note == "" {
		t.Errorf("%+v, want %v", r, want)
	}
	// Each pair has a crash, so what the other arm has is shown by itself.
	if r := row(t, s.Fixes[0], "capacity", results.CapacityCalm); r.Change != nil || len(r.Before.Values) != 1 || len(r.After.Values) != n || r.Note == "" {
		t.Errorf("%+v", r)
	}
	if c := row(t, s.Fixes[0], "crashed", ""); c.Before.Median != 1 || c.After.Median != 0 {
		t.Errorf("%+v", c)
	}
}

func TestVitalsAreFigures(t *testing.T) {
	vitals := func(times uint64) step {
		return func(r *recipe) {
			r.trial.Worker.Vitals = &results.Vitals{
				Samples: 9, GoroutinePeak: 200 * times, GoroutineEnd: 100 * times, HeapPeak: times << 24, HeapEnd: times << 23,
				GCShare: 0.01 * float64(times), SchedLatencyP99: ms, MutexWait: sec,
			}
		}
	}
	w := newWorld(t, repair)
	for pair := 1; pair <= 8; pair++ {
		w.trial(pair, results.Before, vitals(4))
		w.trial(pair, results.After, vitals(1))
	}
	f := w.fix()
	for name, want := range map[string]struct {
		before  float64
		unit    string
		verdict stat.Verdict
	}{
		"goroutines_peak": {800, "count", stat.Improved}, "goroutines_end": {400, "count", stat.Improved},
		"heap_peak": {4 << 24, "bytes", stat.Improved}, "heap_end": {4 << 23, "bytes", stat.Improved},
		"gc_cpu": {0.04, "share", stat.Improved}, "mutex_wait": {1, "s", stat.NoDifference},
		"sched_latency_p99": {1e6, "ns", stat.NoDifference},
	} {
		if r := row(t, f, name, ""); r.Before.Median != want.before || r.Unit != want.unit || r.Change.Alone != want.verdict {
			t.Errorf("%s: %+v, %+v, want %+v", name, r, r.Change, want)
		}
	}
	old := newWorld(t, repair)
	old.pairs(1)
	if r, ok := old.fix().Row(results.Metric{Name: "goroutines_end"}); ok {
		t.Errorf("a trial without vitals has %+v", r)
	}
}
