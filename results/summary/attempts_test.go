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
		{Pair: 3, Arm: results.After, Why: "the fault took no effect", Spoiled: true},
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
		{Pair: 1, Arm: results.Before, Why: "steal", Spoiled: true},
		{Pair: 1, Arm: results.Before, Attempt: 1, Why: "steal", Spoiled: true},
		{Pair: 1, Arm: results.After, Attempt: 2, Why: "worker: it broke", Spoiled: true},
	}}
	if !reflect.DeepEqual(f.Pairs, want) {
		t.Errorf("%+v, want %+v", f.Pairs, want)
	}
}

// An interrupted pair is resumed under the next number. Neither it, nor one that was killed in the middle, is a retry
// because of its result.
func TestPairCutShort(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before)
	w.trial(1, results.After, interrupted)
	w.trial(1, results.After, again(1))
	w.trial(1, results.Before, again(1))
	w.trial(2, results.Before) // killed in its second trial, which left no record
	w.trial(2, results.Before, again(1))
	w.trial(2, results.After, again(1))
	w.trial(3, results.Before, func(r *recipe) { r.trial.Interrupted = true }) // and had no time to say why
	w.trial(3, results.Before, invalid("the fault took no effect"), again(1))
	w.trial(3, results.Before, again(2))
	w.trial(3, results.After, again(2))
	want := summary.Pairs{Planned: 8, Valid: 3, Again: 1, Invalid: []summary.Invalid{
		{Pair: 1, Arm: results.After, Why: "interrupted: SIGINT", Interrupted: true},
		{Pair: 3, Arm: results.Before, Why: "interrupted", Interrupted: true},
		{Pair: 3, Arm: results.Before, Attempt: 1, Why: "the fault took no effect", Spoiled: true},
	}}
	if f := w.fix(); !reflect.DeepEqual(f.Pairs, want) {
		t.Errorf("got  %+v\nwant %+v", f.Pairs, want)
	}
}

// A pair is one witness, and the first attempt that can be judged is it.
func TestPairJudgedOnce(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, slower(results.UnderTrigger, 2))
	w.trial(1, results.Before, again(1))
	w.trial(1, results.After, again(1), slower(results.UnderTrigger, 3))
	f := w.fix()
	if want := []float64{4.08e6}; f.Pairs.Valid != 1 || !reflect.DeepEqual(f.Primary.After.Values, want) {
		t.Errorf("%+v, %v, want %v", f.Pairs, f.Primary.After.Values, want)
	}
}

// The values stand in the order in which the pairs were run, with the pairs' numbers beside them.
func TestValuesInOrderOfTheRun(t *testing.T) {
	w := newWorld(t, repair)
	for _, pair := range []int{10, 2, 3, 1} {
		w.trial(pair, results.After, slower(results.UnderTrigger, float64(pair)))
		w.trial(pair, results.Before, slower(results.UnderTrigger, 1), fired(uint64(pair)))
	}
	f := w.fix()
	after := f.Primary.After.Values
	if want := []float64{10 * 2.04e6, 2 * 2.04e6, 3 * 2.04e6, 1 * 2.04e6}; !reflect.DeepEqual(after, want) {
		t.Errorf("after %v, want %v", after, want)
	}
	if want := []float64{10, 2, 3, 1}; !reflect.DeepEqual(f.Trigger.Before, want) {
		t.Errorf("trigger before %v, want %v", f.Trigger.Before, want)
	}
	if want := []int{10, 2, 3, 1}; !reflect.DeepEqual(f.Primary.Before.Pairs, want) || !reflect.DeepEqual(f.Primary.After.Pairs, want) {
		t.Errorf("pairs %v and %v, want %v", f.Primary.Before.Pairs, f.Primary.After.Pairs, want)
	}
}
