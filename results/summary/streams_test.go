package summary_test

import (
	"reflect"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// records gives the trial a further stream: an operation each 10 ms from the beginning to the end, which takes so long, and
// fails under the trigger if it is told to.
func records(service time.Duration, failing bool) step {
	return func(r *recipe) {
		trigger := r.phase(results.UnderTrigger)
		for due := time.Duration(0); due < 10*sec; due += 10 * ms {
			record := ops.Record{Outcome: ops.OK, Intended: int64(due), Service: service + due/1e6}
			if failing && trigger.Holds(results.Offset(due)) {
				record.Outcome, record.Reason = ops.Failed, ops.Rejected
			}
			r.records = append(r.records, record)
		}
	}
}

func TestAFurtherStreamHasFiguresOfItsOwn(t *testing.T) {
	fix := repair
	fix.Primary = results.Metric{Name: "record_took_p50", Phase: results.UnderTrigger}
	w := newWorld(t, fix)
	for i, n := range noise {
		w.trial(i+1, results.Before, records(time.Duration(500*n)*ms, true))
		w.trial(i+1, results.After, records(2*ms, true))
	}
	f := w.fix()
	if f.Verdict != stat.Improved || f.Primary.Change == nil || f.Primary.Change.Value > -0.9 {
		t.Errorf("%v, %+v", f.Verdict, f.Primary)
	}
	for _, c := range []struct {
		name, phase string
		before      float64
	}{
		{"record_goodput", results.Steady, 1}, {"record_goodput", results.UnderTrigger, 0},
		{"record_took_p50", results.UnderTrigger, 499e6}, {"record_p50", results.Steady, 499e6},
	} {
		if r := row(t, f, c.name, c.phase); r.Before.Median != c.before && (r.Before.Median < 0.98*c.before || r.Before.Median > 1.02*c.before) {
			t.Errorf("%s (%s): %v, want %v", c.name, c.phase, r.Before.Median, c.before)
		}
	}
	// However fast it failed: what failed is charged at the time-out, which says nothing of its true value.
	if r := row(t, f, "record_p50", results.UnderTrigger); !r.After.AtLeast || r.Change != nil {
		t.Errorf("the response of failures is compared: %+v", r)
	}
	if r := row(t, f, "record_p90", results.Steady); r.Before.AtLeast || r.Change == nil {
		t.Errorf("%+v", r)
	}
	if _, ok := f.Row(results.Metric{Name: "lookup_p50", Phase: results.Steady}); ok {
		t.Error("a stream that does not exist has figures")
	}
}

// What a further stream was not given counts as not achieved, as of any other.
func TestAFurtherStreamIsPartOfWhatWasAchieved(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, records(2*ms, false), func(r *recipe) {
		for i := range r.records {
			r.records[i].Outcome, r.records[i].Reason = ops.Missed, ops.InFlightCap
		}
	})
	if r := row(t, w.fix(), "achieved", results.Steady); r.After.Median >= r.Before.Median {
		t.Errorf("achieved %v of a trial that sent half of its operations, %v of one that sent all", r.After.Median, r.Before.Median)
	}
}

func TestAStreamIsKnownByItsRoleAndNotByItsName(t *testing.T) {
	var rows [2][]summary.Row
	for i := range rows {
		w := newWorld(t, repair)
		w.pairs(0.8, func(r *recipe) { r.other = i == 1 })
		rows[i] = w.fix().Rows
	}
	if len(rows[0]) == 0 || !reflect.DeepEqual(rows[0], rows[1]) {
		t.Errorf("%+v\nis not\n%+v", rows[1], rows[0])
	}
}
