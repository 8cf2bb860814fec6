package gate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"aftershock/internal/document"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/summary"
)

// bound asks that a figure keeps to an amount in every trial of an arm. It is judged on the worst trial and not on the
// median: a promise of "never longer than 3 s" is broken when seven trials of eight keep it.
type bound struct {
	metric results.Metric
	arm    results.Arm
	side   string // at-least or at-most
	amount quantity
}

func readBound(v document.Value, o document.Object) ask {
	a := bound{metric: readMetric(o), arm: results.After}
	if arm, ok := o["arm"].OneOf("arm", []string{string(results.Before), string(results.After)}); ok {
		a.arm = results.Arm(arm)
	}
	a.side = readSide(v, o)
	amount, ok := readQuantity(o[a.side])
	if a.amount = amount; ok {
		checkBound(o[a.side], a.metric, a.side, amount)
	}
	return a
}

func (a bound) String() string {
	name := fmt.Sprintf("bound: %s %s %s", a.metric, inWords(a.side), a.amount.exact())
	if a.arm == results.Before {
		name += " (before)"
	}
	return name
}

// judge looks at all trials of the arm, also those of pairs that cannot be compared: a trial breaks the bound
// whatever happened in the other arm. A fix that cannot be judged never passes.
func (a bound) judge(c candidate) (Answer, error) {
	if err := c.check(a.metric); err != nil {
		return Answer{}, err
	}
	side, unit, known := c.trials(a.metric, a.arm)
	if !known {
		why, _ := c.unusable()
		return invalid("", cmp.Or(why, fmt.Sprintf("no trial has %s", a.metric))).boundedBy(a, unit), nil
	}
	amount, err := a.amount.in(unit)
	if err != nil {
		return Answer{}, misfit{a.side, fmt.Errorf("%s is bounded: %w", a.metric, err)}
	}
	if err := a.breakable(amount, unit, c.Run); err != nil {
		return Answer{}, misfit{a.side, err}
	}
	switch {
	case len(side.Values) == 0:
		return invalid("", "no trial has the figure").boundedBy(a, unit), nil
	case slices.ContainsFunc(side.Values, math.IsNaN):
		return invalid("", "a trial's figure is not a number").boundedBy(a, unit), nil
	}
	answer := a.worst(side, unit, amount, c.blocks())
	if why, is := c.unusable(); is && answer.Result != Fail {
		answer = invalid("", why)
	}
	return answer.boundedBy(a, unit), nil
}

// worst judges the trials of one arm, of which there should be this many.
func (a bound) worst(side summary.Side, unit string, amount float64, trials int) Answer {
	at, stands := a.worstOf(side, amount)
	v := side.Values[at]
	n := len(side.Values)
	answer := Answer{Measured: fmt.Sprintf("%s in the worst of %s %s", units.Format(v, unit),
		units.Count(n, "trial"), a.arm)}
	if timedOut(side, at) {
		answer.Measured = ">=" + answer.Measured
	}
	if at < len(side.Pairs) {
		answer.Measured += fmt.Sprintf(" (pair %d)", side.Pairs[at])
	}
	switch {
	case stands == unknown:
		answer.Result = Invalid
		answer.Why = "a trial's value is a bound, cut off by the operation time-out or the trial's end, so the " +
			"true one is unknown"
	case stands == breaks:
		answer.Result, answer.Why = Fail, "one trial is enough to break the bound"
	case n < trials:
		answer.Result = Invalid
		answer.Why = fmt.Sprintf("the figure is missing in %d of %s, which may have broken the bound",
			trials-n, units.Count(trials, "trial"))
	default:
		answer.Result, answer.Why = Pass, "every trial keeps the bound"
		if n < fewestPairs {
			answer.Why += fmt.Sprintf(", and there are no more than %d", n)
		}
	}
	return answer
}

// Whether a trial keeps the bound, the better first.
const (
	keeps = iota
	unknown
	breaks
)

// stands says whether a value keeps the bound. A value that was cut off is only a least value. Beyond an upper bound
// it breaks the bound; within it the true value may. Beyond a lower bound it keeps the bound; short of it the true
// value may.
func (a bound) stands(v, amount float64, timedOut bool) int {
	kept := v <= amount
	if a.side == atLeast {
		kept = v >= amount
	}
	switch {
	case timedOut && kept == (a.side == atMost):
		return unknown
	case kept:
		return keeps
	}
	return breaks
}

// worstOf finds the trial that decides, and how it stands.
func (a bound) worstOf(side summary.Side, amount float64) (at, stands int) {
	for i, v := range side.Values {
		how := a.stands(v, amount, timedOut(side, i))
		worse := v > side.Values[at]
		if a.side == atLeast {
			worse = v < side.Values[at]
		}
		if i == 0 || how > stands || how == stands && worse {
			at, stands = i, how
		}
	}
	return at, stands
}

// timedOut tells whether a trial's value was cut off, by the operation time-out or the trial's end.
func timedOut(s summary.Side, i int) bool { return i < len(s.Bounds) && s.Bounds[i] }

// boundedBy puts in what was asked for.
func (a Answer) boundedBy(b bound, unit string) Answer {
	amount := b.amount.String()
	if v, err := b.amount.in(unit); err == nil {
		amount = units.Format(v, unit)
	}
	a.Bound = fmt.Sprintf("%s %s in every trial %s", inWords(b.side), amount, b.arm)
	return a
}
