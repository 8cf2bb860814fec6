package summary_test

import (
	"slices"
	"testing"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
)

// Capacity is complete batches over the time that they took, which is not the window's: the last batch ends after it.
func TestCapacity(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before)
	w.trial(1, results.After, func(r *recipe) {
		calm := &r.trial.Capacity[0]
		calm.Complete, calm.Incomplete, calm.Window = 1500, 10_000, 2*sec
		r.trial.Capacity[1].Complete = 0
	})
	f := w.fix()
	r := row(t, f, "capacity", results.CapacityCalm)
	if r.Before.Median != 800 || r.After.Median != 750 {
		t.Errorf("%v -> %v", r.Before.Median, r.After.Median)
	}
	if r.Unit != "1/s" || r.Better != stat.Higher || r.Scale != stat.Ratio {
		t.Errorf("%+v", r)
	}
}

// A closed loop that works on the shared table is counted in its operations, and is no capacity for batches.
func TestOperationsOnTheSharedTable(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, func(r *recipe) {
		calm := &r.trial.Capacity[0]
		calm.Complete, calm.Window, calm.TableOperations = 1500, 2*sec, 1000
	})
	f := w.fix()
	calm := results.Metric{Name: "table_operations", Phase: results.CapacityCalm}
	r, ok := f.Row(calm)
	if ok || len(r.Before.Values) > 0 {
		t.Errorf("the before arm built batches, and has %+v", r.Before)
	}
	w = newWorld(t, repair)
	for _, arm := range []results.Arm{results.Before, results.After} {
		w.trial(1, arm, func(r *recipe) { r.trial.Capacity[0].TableOperations = 1000 })
	}
	f = w.fix()
	if r := row(t, f, "table_operations", results.CapacityCalm); r.Before.Median != 800_000 || r.Unit != "1/s" ||
		r.Better != stat.Higher {
		t.Errorf("%+v", r)
	}
	if r, ok := f.Row(results.Metric{Name: "capacity", Phase: results.CapacityCalm}); ok {
		t.Errorf("batches that were not built have a capacity: %+v", r)
	}
	if r := row(t, f, "capacity", results.CapacityTrigger); r.Before.Median != 600 {
		t.Errorf("the other window, which built batches: %+v", r)
	}
}

// The share of reads that found something says what load the table had. It is no arm's merit.
func TestReadsThatFoundAValue(t *testing.T) {
	reads, hits := ops.Counter{Name: results.TableReads, Unit: "reads"}, ops.Counter{Name: results.TableHits,
		Unit: "reads"}
	w := newWorld(t, repair)
	w.trial(1, results.Before, counts(reads, 200), counts(hits, 150))
	w.trial(1, results.After, counts(reads, 0), counts(hits, 0))
	r := row(t, w.fix(), "read_hits", "")
	if r.Before.Median != 0.75 || len(r.After.Values) > 0 || r.Change != nil || r.Unit != "share" || r.Note == "" {
		t.Errorf("%+v", r)
	}
}

// One of a thing is not said in the plural.
func TestCapacityOfNothingInOnePair(t *testing.T) {
	fix := repair
	fix.Primary = results.Metric{Name: "capacity", Phase: results.CapacityTrigger}
	w := newWorld(t, fix)
	w.trial(1, results.Before, capacity(results.CapacityTrigger, 600))
	w.trial(1, results.After, capacity(results.CapacityTrigger, 0))
	if got, want := w.fix().Primary.Note, "the value is 0 in 1 of 1 pair, and 0 has no ratio to compare"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// An arm that completes nothing in a window that was open has the worst capacity there is. No ratio can be made of it, and
// leaving the pair out would judge the arm by what it did when it did not hang.
func TestCapacityOfNothing(t *testing.T) {
	trigger := results.Metric{Name: "capacity", Phase: results.CapacityTrigger}
	for _, c := range []struct {
		name          string
		before, after uint64 // of pair 3
		note          string
	}{
		{"after", 600, 0, "the value is 0 in 1 of 8 pairs, and 0 has no ratio to compare"},
		{"before", 0, 600, "the value is 0 in 1 of 8 pairs, and 0 has no ratio to compare"},
		{"both", 0, 0, "the value is 0 in 1 of 8 pairs, and 0 has no ratio to compare"},
		{"neither", 600, 600, ""},
	} {
		fix := repair
		fix.Primary = trigger
		w := newWorld(t, fix)
		for pair := 1; pair <= 8; pair++ {
			if pair != 3 {
				w.pair(pair)
				continue
			}
			w.trial(pair, results.Before, capacity(results.CapacityTrigger, c.before))
			w.trial(pair, results.After, capacity(results.CapacityTrigger, c.after))
		}
		f := w.fix()
		r := row(t, f, "capacity", results.CapacityTrigger)
		if (r.Change == nil) != (c.note != "") || r.Note != c.note || f.Why != c.note {
			t.Errorf("%s: %+v, note %q, because %q", c.name, r.Change, r.Note, f.Why)
		}
		if len(r.Before.Values) != 8 || r.Before.Values[2] != float64(c.before) || r.After.Values[2] != float64(c.after) {
			t.Errorf("%s: %v -> %v", c.name, r.Before.Values, r.After.Values)
		}
	}
}

// A window that never opened has measured nothing, and so not a capacity of 0.
func TestCapacityOfNoWindow(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, func(r *recipe) { r.trial.Capacity[1].Complete, r.trial.Capacity[1].Window = 0, 0 })
	if r, ok := w.fix().Row(results.Metric{Name: "capacity", Phase: results.CapacityTrigger}); ok {
		t.Errorf("%+v", r)
	}
}

// A crash is a figure as well: a policy can ask for none.
func TestCrashed(t *testing.T) {
	w := newWorld(t, repair)
	for pair := 1; pair <= 8; pair++ {
		w.pair(pair, func(r *recipe) { r.trial.Worker.Crashed = pair > 2 })
	}
	r := row(t, w.fix(), "crashed", "")
	if r.Unit != "count" || r.Scale != stat.Difference || r.Better != stat.Lower || r.Change == nil {
		t.Fatalf("%+v", r)
	}
	if want := []float64{0, 0, 1, 1, 1, 1, 1, 1}; !slices.Equal(r.After.Values, want) || r.Before.Median != 0 {
		t.Errorf("%v -> %v", r.Before.Values, r.After.Values)
	}
	if r.Change.Alone != stat.Regressed {
		t.Errorf("%+v", r.Change)
	}
}

// Figures of the whole trial. A time of 0 was not measured; a count of 0 was.
func TestFiguresOfTheTrial(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before, func(r *recipe) {
		r.trial.CPU = results.CPU{Generator: 100 * ms, Workload: 200 * ms, Members: sec}
		r.trial.Generator.LatenessP99 = 5
	})
	w.trial(1, results.After, func(r *recipe) {
		r.trial.CPU = results.CPU{Generator: 150 * ms, Workload: 400 * ms, Members: sec, Orchestrator: sec}
		r.trial.Generator.LatenessP99 = 7
		r.trial.Elections.Unplanned = 3
	})
	f := w.fix()
	for _, c := range []struct {
		name, unit    string
		before, after float64
	}{
		{"elections_unplanned", "count", 0, 3}, {"lateness_p99", "ns", 5, 7}, {"cpu_generator", "s", 0.1, 0.15},
		{"cpu_workload", "s", 0.2, 0.4}, {"cpu_members", "s", 1, 1},
	} {
		r := row(t, f, c.name, "")
		if r.Before.Median != c.before || r.After.Median != c.after || r.Unit != c.unit || r.Better != stat.Lower {
			t.Errorf("%s: %+v -> %+v %s, want %v -> %v %s", c.name, r.Before, r.After, r.Unit, c.before, c.after, c.unit)
		}
	}
	if r, ok := f.Row(results.Metric{Name: "cpu_orchestrator"}); ok {
		t.Errorf("one arm did not measure it: %+v", r)
	}
}

// A publish stream gives a few operations a second, so its staleness is a median without samples to be counted beyond.
func TestStaleness(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, func(r *recipe) {
		for i := range r.publish {
			r.publish[i].Aux = int64(40 * ms)
		}
	})
	r := row(t, w.fix(), "staleness_p50", results.Steady)
	if r.Before.Median != 5e6 || r.After.Median != 40e6 || r.After.Beyond != 0 || r.Unit != "ns" {
		t.Errorf("%+v", r)
	}
}

// A batch is built and handed on; each part has its own figure.
func TestPartsOfABatch(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, lasting(results.Recovery, 0), eachBatch(results.UnderTrigger, func(_ int, b *ops.Record) {
		b.Lag, b.Service, b.Aux = 7*ms, 5*ms, int64(2*ms)
	}))
	f := w.fix()
	if r := row(t, f, "build_p50", results.UnderTrigger); r.After.Median != 2e6 {
		t.Errorf("build: %+v", r.After)
	}
	if r := row(t, f, "p50", results.UnderTrigger); r.After.Median != 12e6 {
		t.Errorf("the response runs from the intended start: %+v", r.After)
	}
	if r, ok := f.Row(results.Metric{Name: "goodput", Phase: results.Recovery}); ok {
		t.Errorf("a phase of no length: %+v", r)
	}
}
