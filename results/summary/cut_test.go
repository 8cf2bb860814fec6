package summary_test

import (
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
)

// away is a time that the trial's end may cut off.
func away(seconds float64, open bool) step {
	return func(r *recipe) {
		r.declared = append(r.declared, ops.Counter{Name: "away", Unit: "ns", Better: ops.Lower, Cut: "away_end"},
			ops.Counter{Name: "away_end", Unit: "entries"})
		r.counters["away"] = uint64(seconds * float64(sec))
		if open {
			r.counters["away_end"] = 1
		}
	}
}

func TestATimeThatIsCutOffInOnePair(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before, away(6.5, true))
	w.trial(1, results.After, away(6.4, true))
	want := "the time was still running at the end of 1 trial before and 1 after of 1 pair, in both arms of 1: "
	if note := row(t, w.fix(), "away", "").Note; !strings.HasPrefix(note, want) {
		t.Errorf("got %q, want %q at its beginning", note, want)
	}
}

func TestATimeThatTheTrialsEndCutsOffIsABound(t *testing.T) {
	crashed := func(r *recipe) { r.trial.Worker.Crashed, r.trial.Capacity = true, nil }
	for _, c := range []struct {
		name          string
		before, after []step
		bounds        int // of both arms
		want          stat.Verdict
		open          stat.Open
		note          string
	}{
		{"nothing is cut off", []step{away(6.5, false)}, []step{away(4, false)}, 0, stat.Improved, stat.Closed, ""},
		{"before never comes back", []step{away(6.5, true)}, []step{away(4, false)}, 8, stat.Improved, stat.OpenLow, ""},
		{"after never comes back", []step{away(4, false)}, []step{away(6.5, true)}, 8, stat.Regressed,
			stat.OpenHigh, ""},
		// 6.5 s and 6.4 s are two lengths of the same trial, and say nothing of which arm would have been away for
		// longer.
		{"neither comes back", []step{away(6.5, true)}, []step{away(6.4, true)}, 16, stat.Inconclusive, stat.Closed,
			"the time was still running at the end of 8 trials before and 8 after of 8 pairs, in both arms of 8"},
		{"a crash cuts off as well", []step{away(5, false), crashed}, []step{away(4, false)}, 8, stat.Improved,
			stat.OpenLow, ""},
	} {
		w := newWorld(t, repair)
		for pair := 1; pair <= 8; pair++ {
			w.trial(pair, results.Before, c.before...)
			w.trial(pair, results.After, c.after...)
		}
		r := row(t, w.fix(), "away", "")
		if n := r.Before.Bounded() + r.After.Bounded(); n != c.bounds || len(r.Before.Values) != 8 ||
			len(r.After.Values) != 8 {
			t.Errorf("%s: %d bounds of %d and %d values, want %d", c.name, n, len(r.Before.Values),
				len(r.After.Values), c.bounds)
		}
		if r.Before.AtLeast != (r.Before.Bounded() > 0) {
			t.Errorf("%s: the median before is a bound: %v", c.name, r.Before.AtLeast)
		}
		if c.note != "" {
			if r.Change != nil || !strings.HasPrefix(r.Note, c.note) {
				t.Errorf("%s: %+v, %q", c.name, r.Change, r.Note)
			}
			continue
		}
		if r.Change == nil || r.Change.Alone != c.want || r.Change.Open != c.open {
			t.Errorf("%s: %+v, %q, want %v open at %q", c.name, r.Change, r.Note, c.want, c.open)
		}
	}
}
