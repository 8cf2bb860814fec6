package summary_test

import (
	"slices"
	"testing"

	"aftershock/results"
	"aftershock/results/summary"
)

// What a trial has and no comparison shows is kept beside: its pair's other trial failed, was without the figure, or never
// met the trigger. Spoiled trials have nothing to say.
func TestFiguresBesideThoseThatAreCompared(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1)
	w.trial(2, results.Before, failed("fault e2: not recovered"))
	w.trial(2, results.After)
	w.trial(3, results.Before, fired(0))
	w.trial(3, results.After)
	w.trial(4, results.Before)
	w.trial(4, results.After, invalid("late"))
	w.trial(5, results.Before)
	w.trial(5, results.After, func(r *recipe) { r.trial.Capacity = r.trial.Capacity[:1] })
	f := w.fix()
	for _, c := range []struct {
		metric        results.Metric
		compared      []int
		before, after []int // beside
	}{
		{metric: results.Metric{Name: "gap", Phase: results.InFault}, compared: []int{1, 5}, before: []int{3}, after: []int{2, 3}},
		{metric: results.Metric{Name: "capacity", Phase: results.CapacityTrigger}, compared: []int{1}, before: []int{3, 5}, after: []int{2, 3}},
		{metric: results.Metric{Name: "crashed"}, compared: []int{1, 5}, before: []int{3}, after: []int{2, 3}},
	} {
		r, ok := f.Row(c.metric)
		b, more := f.FigureBeside(c.metric)
		if !ok || !more || b.Unit != r.Unit || !slices.Equal(r.After.Pairs, c.compared) ||
			!slices.Equal(b.Before.Pairs, c.before) || !slices.Equal(b.After.Pairs, c.after) ||
			len(b.Before.Values) != len(c.before) || len(b.After.Values) != len(c.after) {
			t.Errorf("%s: row %v, beside %+v", c.metric, r.After.Pairs, b)
		}
	}
	if b, ok := f.FigureBeside(results.Metric{Name: "invalid"}); ok {
		t.Errorf("an outcome is of all trials: %+v", b)
	}
}

// A run in which every pair can be compared has nothing beside.
func TestNothingBeside(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(1)
	if all := w.fix().Beside; len(all) > 0 {
		t.Errorf("%+v", all)
	}
	var none summary.Fix
	if _, ok := none.FigureBeside(repair.Primary); ok {
		t.Error("found in nothing")
	}
}
