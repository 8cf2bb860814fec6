package summary_test

import (
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
)

var (
	p50      = results.Metric{Name: "p50", Phase: results.UnderTrigger}
	longNote = "the operation time-out was reached by 8 trials before and 8 after of 8 pairs, in both arms of 8: the change may " +
		"be of either sign"
)

// A quantile is shown with 20 samples beyond it, and not with 19.
func TestFewSamplesBeyond(t *testing.T) {
	for _, c := range []struct {
		metric  string
		batches int
		beyond  int // 0: not shown
	}{
		{"p50", 39, 0}, {"p50", 40, 20}, {"p50", 41, 20}, {"p50", 200, 100},
		{"service_p99", 200, 0}, {"p99", 200, 0}, {"p999", 200, 0}, {"build_p50", 40, 20}, {"build_p50", 39, 0},
	} {
		w := newWorld(t, repair)
		w.trial(1, results.Before)
		w.trial(1, results.After, lasting(results.UnderTrigger, time.Duration(c.batches)*10*ms))
		r, ok := w.fix().Row(results.Metric{Name: c.metric, Phase: results.UnderTrigger})
		if ok != (c.beyond > 0) || r.After.Beyond != c.beyond {
			t.Errorf("%s of %d batches: shown %v, %d beyond, want %d", c.metric, c.batches, ok, r.After.Beyond, c.beyond)
		}
	}
}

// The arm with the fewest samples in any trial counts, and a pair that lacks the figure is left out and told.
func TestSamplesDifferBetweenTrials(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, lasting(results.UnderTrigger, 1*sec))
	w.pair(2, lasting(results.UnderTrigger, 500*ms))
	w.pair(3, lasting(results.UnderTrigger, 100*ms))
	r := row(t, w.fix(), "p50", results.UnderTrigger)
	if r.Before.Beyond != 100 || r.After.Beyond != 25 || len(r.Before.Values) != 2 || len(r.After.Values) != 2 {
		t.Errorf("%+v, %+v", r.Before, r.After)
	}
	if want := "1 of 3 pairs lack the figure in one arm"; r.Note != want {
		t.Errorf("note %q, want %q", r.Note, want)
	}
}

// A failure is charged at the time-out. Else the arm that refuses most batches at once would have the best median.
func TestFailuresAreCharged(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before)
	// 99 of 200 leave the median with the slowest success, and none of it with the failures' own microsecond.
	w.trial(1, results.After, become(results.UnderTrigger, 99, refused))
	f := w.fix()
	r := row(t, f, "p50", results.UnderTrigger)
	if want := 2.09e6; r.After.Median != want || r.After.AtLeast {
		t.Errorf("p50 %+v, want %v", r.After, want)
	}
	// What the successes took is not touched by it.
	if r := row(t, f, "build_p50", results.UnderTrigger); r.After.Median > 1.05e6 || r.After.Beyond != 50 {
		t.Errorf("build_p50 %+v", r.After)
	}
}

// With one failure more the median is at the time-out: at least that, whatever the failure itself took. It is compared
// as a bound: one of nine that is slower is no change, and no proof that there is none.
func TestBound(t *testing.T) {
	for name, end := range map[string]ops.Record{"failed": refused, "missed": missed} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, repair)
			for pair := 1; pair <= 8; pair++ {
				w.pair(pair)
			}
			w.trial(9, results.Before)
			w.trial(9, results.After, become(results.UnderTrigger, 101, end))
			f := w.fix()
			r := row(t, f, p50.Name, p50.Phase)
			if r.Before.Bounded() != 0 || r.After.Bounded() != 1 || !r.After.Bounds[8] || r.After.AtLeast || r.After.Values[8] != float64(sec) {
				t.Errorf("before %+v\nafter  %+v", r.Before, r.After)
			}
			if c := r.Change; c == nil || c.Open != stat.OpenHigh || c.Value != 0 || c.Verdict != stat.Inconclusive || c.Detectable != 0 {
				t.Errorf("%+v", c)
			}
			if f.Verdict != stat.Inconclusive || !strings.Contains(f.Why, "a bound never shows that there is no difference") {
				t.Errorf("%v, because %q", f.Verdict, f.Why)
			}
			if r := row(t, f, "build_p50", results.UnderTrigger); r.After.Bounded() != 0 || r.Change.Verdict != stat.NoDifference {
				t.Errorf("a figure of the successes alone: %+v, %+v", r.After, r.Change)
			}
		})
	}
}

// A defect that keeps the median at the time-out is found by how much at least its repair is better.
func TestBoundsBefore(t *testing.T) {
	w := newWorld(t, repair)
	for pair, n := range noise {
		w.trial(pair+1, results.Before, become(results.UnderTrigger, 200, refused))
		w.trial(pair+1, results.After, slower(results.UnderTrigger, 75*n))
	}
	f := w.fix()
	c := f.Primary.Change
	if f.Verdict != stat.Improved || c.Open != stat.OpenLow || c.Low != -1 || !(c.Value > -0.86 && c.High < -0.83) {
		t.Errorf("%v: %+v", f.Verdict, c)
	}
	if s := f.Primary.Before; !s.AtLeast || s.Median != float64(sec) || s.Bounded() != 8 || f.Primary.After.Bounds != nil {
		t.Errorf("%+v, %+v", s, f.Primary.After)
	}
}

// Two arms that both sit at the time-out differ by exactly nothing, which is no evidence that they are the same.
func TestBoundsInBothArms(t *testing.T) {
	w := newWorld(t, repair)
	for pair := 1; pair <= 8; pair++ {
		w.trial(pair, results.Before, become(results.UnderTrigger, 200, refused))
		w.trial(pair, results.After, become(results.UnderTrigger, 200, refused))
	}
	f := w.fix()
	r := f.Primary
	if f.Verdict != stat.Inconclusive || r.Change != nil || r.Note != longNote || f.Why != longNote || f.Need != nil {
		t.Errorf("%v, %+v, because %q", f.Verdict, r, f.Why)
	}
	if r.Before.Bounded() != 8 || r.After.Bounded() != 8 {
		t.Errorf("%+v", r)
	}
}

// A median of an even number of values is a bound when either of the two in the middle is.
func TestTheMedianOfBounds(t *testing.T) {
	for censored, want := range map[int]bool{0: false, 2: false, 3: true, 4: true, 6: true} {
		w := newWorld(t, repair)
		for pair := 1; pair <= 6; pair++ {
			steps := []step{}
			if pair <= censored {
				steps = append(steps, become(results.UnderTrigger, 200, refused))
			}
			w.pair(pair, steps...)
		}
		if s := w.fix().Primary.After; s.AtLeast != want {
			t.Errorf("%d of 6: %+v", censored, s)
		}
	}
}
