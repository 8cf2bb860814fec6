package gate

import (
	"fmt"

	"aftershock/internal/units"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// limit is how much worse after may be: the margin, as an amount above 0 in the unit of the row's changes.
type limit struct {
	row    summary.Row
	margin float64
	bound  string
}

// uncompared answers a rule that after must not be worse, for a row without a change in all pairs. A rate of 0 has no
// logarithm, and so no ratio: a service that completed nothing after, and always something before, is still worse.
func uncompared(r summary.Row, bound string, in obstacle) Answer {
	before, after := zeros(r.Before.Values), zeros(r.After.Values)
	if r.Change != nil || r.Scale != stat.Ratio || r.Better != stat.Higher || before > 0 || after == 0 {
		return in.answer(r, bound)
	}
	return Answer{
		Result: Fail, Bound: bound, Why: "a rate that falls to 0 is worse by any margin",
		Measured: fmt.Sprintf("%s in %d of %s after, and in none before",
			units.Format(0, r.Unit), after, units.Count(len(r.After.Values), "trial")),
	}
}

func zeros(values []float64) (n int) {
	for _, v := range values {
		if v == 0 {
			n++
		}
	}
	return n
}

// harm is the 90 % interval with the bad side up. A rate that falls to 95 % of before is worse by as much as a latency
// that rises to 1/0.95, on the ratio scale.
func (l limit) harm() (low, high float64) {
	low, high = l.row.Change.Low90, l.row.Change.High90
	if l.row.Better == stat.Lower {
		return low, high
	}
	if l.row.Scale == stat.Ratio {
		return 1/(1+high) - 1, 1/(1+low) - 1
	}
	return -high, -low
}

// bad is the bad end of the interval, as it is printed in it.
func (l limit) bad() string {
	v := l.row.Change.High90
	if l.row.Better == stat.Higher {
		v = l.row.Change.Low90
	}
	return units.Change(v, l.row.Unit, l.row.Scale == stat.Ratio)
}

// judge passes on an interval inside the limit only if the run could have detected the limit, or shows no harm at all:
// an improvement that was found needs no power to be found.
func (l limit) judge() Answer {
	c := l.row.Change
	a := Answer{Measured: estimate(l.row, c.Low90, c.High90, "90 %"), Bound: l.bound}
	low, high := l.harm()
	switch {
	case !hasInterval(c):
		a.Result, a.Why = Underpowered, noInterval(c)
	case low > l.margin:
		a.Result, a.Why = Fail, "the whole 90 % interval lies beyond the bound"
	case high <= 0:
		a.Result, a.Why = Pass, "the 90 % interval holds no change for the worse"
	case c.Open != stat.Closed:
		a.Result, a.Why = Inconclusive, openEnd
	case high < l.margin && powered(c, l.margin):
		a.Result = Pass
		a.Why = fmt.Sprintf("the bad end of the 90 %% interval, %s, lies within the bound", l.bad())
	case !powered(c, l.margin):
		a.Result = Underpowered
		a.Why = fmt.Sprintf("%s, beyond the margin of %s", finds(l.row), amount(l.row, l.margin))
	default:
		a.Result = Inconclusive
		a.Why = "the 90 % interval holds the bound: its bad end is " + l.bad()
	}
	return a
}
