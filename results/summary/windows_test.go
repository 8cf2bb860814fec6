package summary_test

import (
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

// twice replaces the trigger's window by two, from 5 to 5.6 and from 6 to 6.8 s.
func twice(r *recipe) {
	at := func(d time.Duration) results.Offset { return results.Offset(d) }
	r.trial.Phases = append(r.trial.Phases[:4],
		results.Phase{Name: results.UnderTrigger, From: at(5 * sec), To: at(5600 * ms)},
		results.Phase{Name: results.UnderTrigger, From: at(6 * sec), To: at(6800 * ms)})
}

// between alters the batches that are due from the one moment to the other.
func between(from, to time.Duration, alter func(b *ops.Record)) step {
	return func(r *recipe) {
		for i := range r.batch {
			if b := &r.batch[i]; from <= time.Duration(b.Intended) && time.Duration(b.Intended) < to {
				alter(b)
			}
		}
	}
}

// A phase of several windows has the operations of all of them, and none of what lies between.
func TestOperationsOfSeveralWindows(t *testing.T) {
	refuse := func(b *ops.Record) { *b = ops.Record{Outcome: ops.Failed, Reason: ops.Error, Intended: b.Intended} }
	for _, c := range []struct {
		name     string
		from, to time.Duration
		want     float64
	}{
		{"in the first", 5*sec + 500*ms, 5*sec + 600*ms, 10.0 / 140},
		{"in the second", 6700 * ms, 6800 * ms, 10.0 / 140},
		{"between", 5600 * ms, 6 * sec, 0},
		{"across", 5500 * ms, 6100 * ms, 20.0 / 140},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			w.trial(1, results.Before, twice)
			w.trial(1, results.After, twice, between(c.from, c.to, refuse))
			f := w.fix()
			if r := row(t, f, "failed", results.UnderTrigger); r.After.Values[0] != c.want {
				t.Errorf("%v failed, want %v", r.After.Values[0], c.want)
			}
			if r := row(t, f, "p50", results.UnderTrigger); r.Before.Beyond != 70 {
				t.Errorf("%d beyond the median of 140", r.Before.Beyond)
			}
		})
	}
}

// Windows that overlap hold what they share once.
func TestWindowsThatOverlap(t *testing.T) {
	w := newWorld(t, repair)
	overlap := func(r *recipe) {
		r.trial.Phases = append(r.trial.Phases, r.phase(results.UnderTrigger))
	}
	w.trial(1, results.Before, overlap)
	w.trial(1, results.After, overlap)
	if r := row(t, w.fix(), "p50", results.UnderTrigger); r.After.Beyond != 100 {
		t.Errorf("%d beyond the median of 200", r.After.Beyond)
	}
}

// The gap is the worst within any one window: what lies between two of them is no outage of the phase.
func TestGapOfSeveralWindows(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to time.Duration
		want     time.Duration
	}{
		{"none", 0, 0, 10 * ms},
		{"between", 5600 * ms, 6 * sec, 10 * ms},
		{"in the second", 6200 * ms, 6500 * ms, 310 * ms},
		// The last batch before it ends at 5.392, the first window at 5.6, and the second begins with a batch.
		{"over the end of the first", 5400 * ms, 6 * sec, 208 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			w.trial(1, results.Before, exact, twice)
			w.trial(1, results.After, exact, twice, failing(c.from, c.to))
			if got := row(t, w.fix(), "gap", results.UnderTrigger).After.Values[0]; got != float64(c.want) {
				t.Errorf("%v, want %v", time.Duration(got), c.want)
			}
		})
	}
}

// Closed-loop windows of the same name are one measurement: all that was complete, over all the time that it took.
func TestCapacityOfSeveralWindows(t *testing.T) {
	w := newWorld(t, repair)
	more := func(r *recipe) {
		second := r.trial.Capacity[0]
		second.Complete, second.Window = 100, 3*sec
		r.trial.Capacity = append(r.trial.Capacity, second)
	}
	w.pair(1, more)
	if r := row(t, w.fix(), "capacity", results.CapacityCalm); r.Before.Values[0] != 800 || r.After.Values[0] != 225 {
		t.Errorf("%v -> %v, want 800 -> 900 in 4 s", r.Before.Values[0], r.After.Values[0])
	}
}

// Of several faults of a kind the median time to recover counts; one that was not recovered from leaves none to tell.
func TestRecoverFromSeveral(t *testing.T) {
	lives := func(last time.Duration) step {
		return faults(life("partition-leader", 4*sec, 5*sec, 5010*ms), life("partition-leader", 5100*ms, 6*sec, 6030*ms),
			life("partition-leader", 6100*ms, 7*sec, last))
	}
	w := newWorld(t, repair)
	w.trial(1, results.Before, lives(7012*ms))
	w.trial(1, results.After, lives(7500*ms))
	w.trial(2, results.Before, lives(7012*ms))
	w.trial(2, results.After, lives(0))
	r := row(t, w.fix(), "recover", "partition-leader")
	if len(r.After.Values) != 1 || r.Before.Values[0] != float64(12*ms) || r.After.Values[0] != float64(30*ms) {
		t.Errorf("%v -> %v, want 12 -> 30 ms", r.Before.Values, r.After.Values)
	}
}

// A trial without a cluster has a steady phase and a calm capacity. What else there is to measure is absent, and breaks
// nothing.
func TestClusterFree(t *testing.T) {
	fix := repair
	fix.Primary, fix.Trigger = results.Metric{Name: "p50", Phase: results.Steady}, results.Trigger{}
	w := newWorld(t, fix)
	for i, n := range noise {
		w.trial(i+1, results.Before, clusterFree)
		w.trial(i+1, results.After, clusterFree, slower(results.Steady, n/2))
	}
	s := w.compute()
	f := s.Fixes[0]
	if f.Verdict.String() != "improved" || len(f.Pairs.Invalid) > 0 || len(s.Warnings) > 0 {
		t.Errorf("%v, because %q, %+v, warnings %+v", f.Verdict, f.Why, f.Pairs, s.Warnings)
	}
	for _, r := range f.Rows {
		if r.Phase != results.Steady && r.Phase != "" && r.Phase != results.CapacityCalm {
			t.Errorf("a figure of a phase that was not: %s", r.Metric)
		}
		if r.Name == "publish_goodput" || r.Name == "staleness_p50" {
			t.Errorf("a figure of a stream that was not: %s", r.Metric)
		}
	}
	if r := row(t, f, "achieved", results.Steady); r.After.Median != 1 {
		t.Errorf("achieved %+v", r.After)
	}
}
