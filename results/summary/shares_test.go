package summary_test

import (
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
)

// Each share is a part of what was offered, and a share that can be 0 is compared by its difference.
func TestShares(t *testing.T) {
	w := newWorld(t, repair)
	for pair := 1; pair <= 8; pair++ {
		w.pair(pair, become(results.UnderTrigger, 100, partial), become(results.UnderTrigger, 60, missed),
			become(results.UnderTrigger, 20, refused))
	}
	f := w.fix()
	for _, c := range []struct {
		name          string
		before, after float64
	}{
		{"goodput", 1, 0.7}, {"failed", 0, 0.1}, {"missed", 0, 0.2}, {"partial", 0, 0.2}, {"publish_goodput", 1, 1},
	} {
		r := row(t, f, c.name, results.UnderTrigger)
		if r.Before.Median != c.before || r.After.Median != c.after || r.Scale != stat.Difference || r.Unit != "share" {
			t.Errorf("%s: %v -> %v %s on the %s scale, want %v -> %v", c.name, r.Before.Median, r.After.Median,
				r.Unit, r.Scale, c.before, c.after)
		}
		if d := r.Change.Value - (c.after - c.before); d < -1e-12 || d > 1e-12 {
			t.Errorf("%s: %+v", c.name, r.Change)
		}
	}
	if r := row(t, f, "goodput", results.Steady); r.Change.Value != 0 {
		t.Errorf("goodput (steady): %+v", r.Change)
	}
}

// Where a tenth more latency is no difference, one operation in a hundred is none, and two are one.
func TestShareMargin(t *testing.T) {
	for _, c := range []struct {
		failed int // of 200
		want   stat.Verdict
	}{
		{0, stat.NoDifference}, {1, stat.NoDifference}, {2, stat.Regressed}, {4, stat.Regressed},
	} {
		fix := repair
		fix.Primary = results.Metric{Name: "failed", Phase: results.UnderTrigger}
		w := newWorld(t, fix)
		for pair := 1; pair <= 8; pair++ {
			w.pair(pair, become(results.UnderTrigger, c.failed, refused))
		}
		if f := w.fix(); f.Verdict != c.want {
			t.Errorf("%d of 200 failed: %v, want %v", c.failed, f.Verdict, c.want)
		}
	}
}

// The whole trial's share of partial batches is a guard of every fix. Its warm-up is left out.
func TestPartialOfTheWholeTrial(t *testing.T) {
	w := newWorld(t, repair)
	for pair := 1; pair <= 8; pair++ {
		w.pair(pair, become(results.WarmUp, 50, partial), become(results.Steady, 60, partial),
			become(results.Recovery, 10, partial))
	}
	r := row(t, w.fix(), "partial", "")
	if r.Before.Median != 0 || r.After.Median != 0.1 {
		t.Errorf("%v -> %v, want 0 -> 70 of 700", r.Before.Median, r.After.Median)
	}
}

// A stream without operations in a phase has no shares there, instead of a NaN that JSON cannot hold.
func TestNothingOffered(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, func(r *recipe) { r.publish = nil })
	f := w.fix()
	for _, name := range []string{"publish_goodput", "staleness_p50"} {
		if r, ok := f.Row(results.Metric{Name: name, Phase: results.Steady}); ok {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
