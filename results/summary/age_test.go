package summary_test

import (
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// unpublished makes the snapshots fail that are due in a phase.
func unpublished(phase string) step {
	return func(r *recipe) {
		p := r.phase(phase)
		for i := range r.publish {
			if due := r.publish[i].Intended; p.Holds(results.Offset(due)) {
				r.publish[i] = ops.Record{Outcome: ops.Failed, Reason: ops.Ambiguous, Intended: due, Service: 75 * ms}
			}
		}
	}
}

// The age that readers see goes on growing while nothing can be published, in each phase in which that is so; the staleness
// of what was published has no value there, so that nothing was guarded.
func TestAgeGrowsWhilePublishingFails(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before)
	w.trial(1, results.After, unpublished(results.UnderTrigger))
	f := w.fix()
	// A snapshot a tenth of a second, 5 ms old when it is known 1 ms after it was due: its built moment is 4 ms before that.
	near := func(name, phase string, before, after time.Duration) {
		t.Helper()
		r := row(t, f, name, phase)
		for side, want := range map[*summary.Side]time.Duration{&r.Before: before, &r.After: after} {
			if got := time.Duration(side.Median); got < want-10*ms || got > want+10*ms {
				t.Errorf("%s (%s): %v -> %v, want %v -> %v", name, phase, time.Duration(r.Before.Median), time.Duration(r.After.Median), before, after)
			}
		}
		if r.Better != stat.Lower || r.Scale != stat.Ratio || r.Unit != "ns" {
			t.Errorf("%+v", r)
		}
	}
	near("age_p50", results.Steady, 54*ms, 54*ms)
	near("age_max", results.Steady, 104*ms, 104*ms)
	// The last one was due 100 ms before the trigger's two seconds.
	near("age_p50", results.UnderTrigger, 54*ms, 1104*ms)
	near("age_max", results.UnderTrigger, 104*ms, 2104*ms)
	near("age_max", results.InFault, 104*ms, 2104*ms)
	near("age_p50", results.Recovery, 54*ms, 54*ms)
	if r, ok := f.Row(results.Metric{Name: "staleness_p50", Phase: results.UnderTrigger}); ok && r.Change != nil {
		t.Errorf("nothing was published, and is %+v", r.After)
	}
}

// A trial in which nothing is ever published has the worst age, counted from its epoch, and one that publishes nothing by
// design has none.
func TestAgeWithoutASnapshot(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before)
	w.trial(1, results.After, func(r *recipe) {
		for i := range r.publish {
			r.publish[i].Outcome, r.publish[i].Reason = ops.Failed, ops.Ambiguous
		}
	})
	if r := row(t, w.fix(), "age_max", results.Recovery); time.Duration(r.After.Median) < 9990*ms-10*ms {
		t.Errorf("%v", time.Duration(r.After.Median))
	}
	w = newWorld(t, repair)
	w.trial(1, results.Before, clusterFree)
	w.trial(1, results.After, clusterFree)
	if r, ok := w.fix().Row(results.Metric{Name: "age_p50", Phase: results.Steady}); ok {
		t.Errorf("%+v", r)
	}
}
