package report

import (
	"math"
	"strconv"

	"aftershock/results/stat"
	"aftershock/results/summary"
)

// axis maps changes to places across a picture. That of ratios is one of logarithms: what halves a figure then lies as
// far from no change as what doubles it.
type axis struct {
	relative  bool
	low, high float64 // ends, on the scale of the pairs' differences
	from, to  float64 // their places
}

// What lies further out than these is drawn as an arrow: one end that says nothing would press all others into a line.
// An axis shorter than the least would show nothing but how numbers are rounded.
const (
	mostDecades = 6
	mostAmount  = 1e12
	leastSpan   = 1e-9
)

// inner is a change on the axis' scale; a fall by more than all is one by all, which is infinitely far out.
func (a axis) inner(change float64) float64 {
	if a.relative {
		return math.Log1p(max(change, -1))
	}
	return change
}

// include makes the axis reach a change, unless that is further out than any axis reaches.
func (a *axis) include(changes ...float64) {
	limit := mostAmount
	if a.relative {
		limit = mostDecades * math.Ln10
	}
	for _, change := range changes {
		if v := a.inner(change); math.Abs(v) <= limit {
			a.low, a.high = min(a.low, v), max(a.high, v)
		}
	}
}

// axisOf reaches all that is known of the rows: their changes, the closed ends of their intervals, their pairs and
// margins.
func axisOf(rows []summary.Row, from, to float64) axis {
	a := axis{relative: relative(rows[0]), from: from, to: to}
	for _, r := range rows {
		c := r.Change
		if !drawable(c) {
			continue
		}
		low, high := reach(c)
		a.include(c.Value, low, high, c.Margin, a.opposite(c.Margin))
		for _, p := range r.PairChanges() {
			a.include(p.Value)
		}
	}
	if a.high-a.low < leastSpan {
		a.include(0.1, a.opposite(0.1))
	}
	room := 0.06 * (a.high - a.low)
	a.low, a.high = a.low-room, a.high+room
	return a
}

// opposite is the change that undoes a change.
func (a axis) opposite(change float64) float64 {
	if a.relative {
		return math.Expm1(-math.Log1p(change))
	}
	return -change
}

// at is a change's place, and the end beyond which it lies: then the place is that end.
func (a axis) at(change float64) (x float64, beyond stat.Open) {
	v := a.inner(change)
	switch {
	case v < a.low:
		return a.from, stat.OpenLow
	case v > a.high:
		return a.to, stat.OpenHigh
	}
	return a.from + (v-a.low)/(a.high-a.low)*(a.to-a.from), stat.Closed
}

// ticks are round changes along the axis, no change among them.
func (a axis) ticks() (all []float64) {
	span := a.high - a.low
	switch {
	case a.relative && span > 2.2*math.Ln10:
		return a.powers(10, math.Ceil(span/math.Ln10/5))
	case a.relative && span > 2*math.Ln2:
		return a.powers(2, math.Ceil(span/math.Ln2/6))
	case a.relative:
		return multiples(math.Expm1(a.low), math.Expm1(a.high))
	}
	return multiples(a.low, a.high)
}

// powers are the changes that multiply by base^step, base^2step and so on, either way.
func (a axis) powers(base, step float64) (all []float64) {
	unit := math.Log(base) * step
	for k := math.Ceil(a.low / unit); k <= math.Floor(a.high/unit); k++ {
		all = append(all, math.Pow(base, k*step)-1)
	}
	return all
}

// multiples are those of 1, 2 or 5 times a power of ten that lie between two numbers, about five of them.
func multiples(low, high float64) (all []float64) {
	rough := (high - low) / 5
	step := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, factor := range []float64{2, 2.5, 2} {
		if step < rough {
			step *= factor
		}
	}
	for k := math.Ceil(low / step); k <= math.Floor(high/step); k++ {
		all = append(all, k*step+0) // and not -0
	}
	return all
}

// tickLabel is a change in percent, in points or as it stands.
func tickLabel(change float64, r summary.Row) string {
	if relative(r) || r.Unit == "share" {
		change *= 100
	}
	text := strconv.FormatFloat(change, 'g', 8, 64)
	if change > 0 {
		text = "+" + text
	}
	return text
}

// axisName says what the numbers along a row's axis are.
func axisName(r summary.Row) string {
	switch {
	case relative(r):
		return "change in % (log scale)"
	case r.Unit == "share":
		return "change in percentage points"
	case r.Unit == "count":
		return "change of the number"
	}
	return "change in " + r.Unit
}
