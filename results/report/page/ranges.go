package page

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// Ranges are spreads along one axis, a row each, with their figures in words beside them: a chart and its table in one,
// which needs no script and fits any width.
type Ranges struct {
	Head  string               // what the rows are
	Sides []string             // of each row's marks, in the colours of the arms: one or two
	Log   bool                 // the axis is one of logarithms: what is 0 or less lies at its left end
	Says  func(float64) string // writes a number below the axis
	Rows  []RangeRow
}

// RangeRow is a row of Ranges. One without marks is the title of those below it.
type RangeRow struct {
	Label string
	Marks []Range // one a side
}

// Range is where most of something lay, and from where to where all of it. It is drawn where all three are numbers, and
// shown as its text in any case.
type Range struct {
	Low, Middle, High float64
	Beyond            bool // all of it, or some, lies further up than is known
	Text              string
}

// None is a range that is not drawn.
func None(text string) Range { return Range{math.NaN(), math.NaN(), math.NaN(), false, text} }

func (r Range) drawable() bool {
	for _, v := range []float64{r.Low, r.Middle, r.High} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// PlottedRow is a row with its picture.
type PlottedRow struct {
	RangeRow
	Plot template.HTML
}

// Plotted are the rows as the template shows them. Places are in percent of the picture's width, so that it can be as
// wide as there is room.
func (r Ranges) Plotted() (all []PlottedRow) {
	a := r.axis()
	for _, row := range r.Rows {
		p := PlottedRow{RangeRow: row}
		if len(row.Marks) > 0 {
			p.Plot = template.HTML(a.plot(row.Marks))
		}
		all = append(all, p)
	}
	return all
}

// Axis is the numbers below all rows.
func (r Ranges) Axis() template.HTML {
	a := r.axis()
	var text strings.Builder
	text.WriteString(`<svg class="axis" width="100%" height="16" aria-hidden="true">`)
	for i, v := range a.ticks {
		anchor := "middle"
		switch i {
		case 0:
			anchor = "start"
		case len(a.ticks) - 1:
			anchor = "end"
		}
		fmt.Fprintf(&text, `<text x="%.2f%%" y="12" text-anchor="%s">%s</text>`, a.at(v), anchor,
			template.HTMLEscapeString(r.Says(v)))
	}
	return template.HTML(text.String() + "</svg>")
}

// line is an axis across a picture.
type line struct {
	log       bool
	low, high float64 // its ends, as they lie along it
	ticks     []float64
}

// edge is the room beside the ends of an axis, in percent: half a mark's.
const edge = 1.5

// mostTicks is how many numbers fit below a picture on a phone.
const mostTicks = 6

// axis reaches over all that is drawn: from a power of ten to another, or from 0 to a round number.
func (r Ranges) axis() line {
	a := line{log: r.Log, low: math.Inf(1), high: math.Inf(-1)}
	for _, row := range r.Rows {
		for _, m := range row.Marks {
			if m.drawable() {
				a.include(m.Low, m.Middle, m.High)
			}
		}
	}
	if a.log {
		return a.powers()
	}
	return a.multiples()
}

func (a *line) include(all ...float64) {
	for _, v := range all {
		if a.log && v <= 0 {
			continue
		}
		a.low, a.high = min(a.low, v), max(a.high, v)
	}
}

func (a line) powers() line {
	if a.low > a.high {
		a.low, a.high = 1, 10
	}
	a.low, a.high = math.Floor(math.Log10(a.low)), math.Ceil(math.Log10(a.high))
	a.high = max(a.high, a.low+1)
	step := math.Ceil((a.high - a.low) / (mostTicks - 1))
	a.high = a.low + step*math.Ceil((a.high-a.low)/step)
	for at := a.low; at <= a.high; at += step {
		a.ticks = append(a.ticks, math.Pow(10, at))
	}
	return a
}

func (a line) multiples() line {
	if a.low > a.high {
		a.low, a.high = 0, 1
	}
	a.low, a.high = min(a.low, 0), max(a.high, 0)
	if a.low == a.high {
		a.high = 1
	}
	step := math.Pow(10, math.Floor(math.Log10((a.high-a.low)/(mostTicks-1))))
	for _, factor := range []float64{2, 2.5, 2} {
		if (a.high-a.low)/step > mostTicks-2 {
			step *= factor
		}
	}
	first, last := math.Floor(a.low/step), math.Ceil(a.high/step)
	a.low, a.high = first*step, last*step
	for k := first; k <= last; k++ {
		a.ticks = append(a.ticks, k*step)
	}
	return a
}

// at is a value's place, in percent; what lies further out is at the end.
func (a line) at(v float64) float64 {
	if a.log {
		v = math.Log10(max(v, math.SmallestNonzeroFloat64))
	}
	share := (v - a.low) / (a.high - a.low)
	return edge + (100-2*edge)*min(max(share, 0), 1)
}

// Heights in a row's picture, in pixels.
const (
	rowHeight = 30
	firstMark = 10
	nextMark  = 11
)

// plot draws the marks of a row: a line from the least to the most, and a shape in the middle.
func (a line) plot(marks []Range) string {
	var text strings.Builder
	fmt.Fprintf(&text, `<svg width="100%%" height="%d" aria-hidden="true">`, rowHeight)
	for _, v := range a.ticks {
		x := a.at(v)
		fmt.Fprintf(&text, `<line class="tick" x1="%.2f%%" x2="%.2f%%" y1="0" y2="%d"/>`, x, x, rowHeight)
	}
	for side, m := range marks {
		if m.drawable() {
			text.WriteString(a.mark(side, m))
		}
	}
	return text.String() + "</svg>"
}

func (a line) mark(side int, m Range) string {
	class := []string{"before", "after"}[side%2]
	y := firstMark + nextMark*(side%2)
	low, middle, high := a.at(m.Low), a.at(m.Middle), a.at(m.High)
	text := fmt.Sprintf(`<line class="%s" x1="%.2f%%" x2="%.2f%%" y1="%d" y2="%d"/>`, class, low, high, y, y)
	if m.Beyond { // a nested picture can be moved by percent, which a path cannot
		text += fmt.Sprintf(`<svg x="%.2f%%" y="%d" overflow="visible"><path class="%s" d="M0 -5L7 0L0 5z"/></svg>`,
			high, y, class)
	}
	if side%2 == 0 {
		return text + fmt.Sprintf(`<circle class="%s" cx="%.2f%%" cy="%d" r="4.5"/>`, class, middle, y)
	}
	return text + fmt.Sprintf(`<svg x="%.2f%%" y="%d" overflow="visible"><rect class="%s" x="-4" y="-4" width="8" `+
		`height="8"/></svg>`, middle, y, class)
}
