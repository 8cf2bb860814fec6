package summary_test

import (
	"reflect"
	"testing"

	"aftershock/results"
	"aftershock/results/summary"
)

// A pair with an invalid trial is run again with the same plan, and both its arms come from the same attempt: the first
// attempt's before arm met another hour of the machine than the second's after arm.
func TestPairRunAgain(t *testing.T) {
	w := newWorld(t, repair)
	for _, pair := range []int{1, 2} {
		w.pair(pair)
	}
	w.trial(3, results.Before, slower(results.UnderTrigger, 7))
	w.trial(3, results.After, slower(results.UnderTrigger, 7), invalid("the fault took no effect"))
	w.trial(3, results.After, slower(results.UnderTrigger, 3), again(1))
	w.trial(3, results.Before, slower(results.UnderTrigger, 2), again(1))
	f := w.fix()
	want := summary.Pairs{Planned: 8, Valid: 3, Again: 1, Invalid: []summary.Invalid{
		{Pair: 3, Arm: results.After, Why: "the fault took no effect"},
	}}
	if !reflect.DeepEqual(f.Pairs, want) {
		t.Errorf("%+v, want %+v", f.Pairs, want)
	}
	if want := []float64{2.04e6, 2.04e6, 4.08e6}; !reflect.DeepEqual(f.Primary.Before.Values, want) {
		t.Errorf("before %v, want %v", f.Primary.Before.Values, want)
	}
	if want := []float64{2.04e6, 2.04e6, 6.12e6}; !reflect.DeepEqual(f.Primary.After.Values, want) {
		t.Errorf("after %v, want %v", f.Primary.After.Values, want)
	}
}

// A pair that stays invalid is lost, and each of its attempts is counted and told.
func TestPairRunAgainInVain(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before, invalid("steal"))
	w.trial(1, results.After, again(1))
	w.trial(1, results.Before, again(1), invalid("steal"))
	w.trial(1, results.After, again(2), invalid("worker: it broke"))
	f := w.fix()
	want := summary.Pairs{Planned: 8, Again: 2, Invalid: []summary.Invalid{
		{Pair: 1, Arm: results.Before, Why: "steal"},
		{Pair: 1, Arm: results.Before, Attempt: 1, Why: "steal"},
		{Pair: 1, Arm: results.After, Attempt: 2, Why: "worker: it broke"},
	}}
	if !reflect.DeepEqual(f.Pairs, want) {
		t.Errorf("%+v, want %+v", f.Pairs, want)
	}
}

// The values stand in the order of the pairs, whatever the order in which the pairs were run.
func TestValuesInOrderOfPairs(t *testing.T) {
	w := newWorld(t, repair)
	for _, pair := range []int{10, 2, 3, 1} {
		w.trial(pair, results.After, slower(results.UnderTrigger, float64(pair)))
		w.trial(pair, results.Before, slower(results.UnderTrigger, 1), fired(uint64(pair)))
	}
	f := w.fix()
	after := f.Primary.After.Values
	if want := []float64{1 * 2.04e6, 2 * 2.04e6, 3 * 2.04e6, 10 * 2.04e6}; !reflect.DeepEqual(after, want) {
		t.Errorf("after %v, want %v", after, want)
	}
	if want := []float64{1, 2, 3, 10}; !reflect.DeepEqual(f.Trigger.Before, want) {
		t.Errorf("trigger before %v, want %v", f.Trigger.Before, want)
	}
}
