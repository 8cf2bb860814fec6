package summary_test

import (
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
	// Nothing complete is no rate that a ratio could be made of.
	if r, ok := f.Row(results.Metric{Name: "capacity", Phase: results.CapacityTrigger}); ok {
		t.Errorf("%+v", r)
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
