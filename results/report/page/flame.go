package page

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
)

// Frame is a function on a stack, with all that it called: its share of both sides' time, from 0 to 1.
type Frame struct {
	Name          string
	Before, After float64
	Calls         []*Frame
}

// width is a frame's share of a picture: the mean of both sides, so that what only one of them has is there too.
func (f *Frame) width() float64 { return (f.Before + f.After) / 2 }

// Flame is a differential flame graph, from the root on top to what it called: the wider a frame, the more time, and
// its colour says which side spent more there. It needs no script.
//
// B. Gregg, Differential Flame Graphs, 2014. His widths are those of one side, and lose what only the other has.
type Flame struct {
	Root *Frame
	// Least is the smallest share of all that is drawn.
	Least float64
}

// Heights of a flame graph, in pixels, and how deep it is at most.
const (
	frameHeight = 19
	deepest     = 48
)

// shades are differences of shares from which on a frame has the next colour.
var shades = []float64{0.005, 0.02, 0.05, 0.1}

// Drawn is the picture. Texts are cut off by their frames, and in full in their tips.
func (f Flame) Drawn() template.HTML {
	d := &flames{least: f.Least}
	d.frame(f.Root, 0, 0)
	height := frameHeight * (d.depth + 1)
	return template.HTML(fmt.Sprintf(`<svg class="flame" width="100%%" height="%d" role="img" aria-label="`+
		`Differential flame graph; the table below holds its figures">`, height) + d.text.String() + "</svg>")
}

type flames struct {
	text  strings.Builder
	least float64
	depth int
}

// frame draws a frame and what it called, from a share of the picture's width on.
func (d *flames) frame(f *Frame, from float64, depth int) {
	if f == nil || f.width() < d.least || f.width() <= 0 || depth > deepest {
		return
	}
	d.depth = max(d.depth, depth)
	name := template.HTMLEscapeString(f.Name)
	fmt.Fprintf(&d.text, `<svg x="%.3f%%" y="%d" width="%.3f%%" height="%d">`, 100*from, depth*frameHeight,
		100*f.width(), frameHeight)
	fmt.Fprintf(&d.text, `<rect class="%s" width="100%%" height="%d"/><title>%s: %s</title>`, shade(f.After-f.Before),
		frameHeight-1, name, template.HTMLEscapeString(f.says()))
	if f.width() > labelled {
		fmt.Fprintf(&d.text, `<text x="4" y="13">%s</text>`, name)
	}
	d.text.WriteString("</svg>\n")
	calls := slices.Clone(f.Calls)
	slices.SortFunc(calls, func(a, b *Frame) int { return cmp.Compare(a.Name, b.Name) })
	for _, c := range calls {
		d.frame(c, from, depth+1)
		from += c.width()
	}
}

// labelled is the least share of a frame that has its name written: in less no letter can be read.
const labelled = 0.02

func (f *Frame) says() string {
	return fmt.Sprintf("%.1f %% before, %.1f %% after", 100*f.Before, 100*f.After)
}

// shade is the colour of a difference.
func shade(difference float64) string {
	n := 0
	for n < len(shades) && math.Abs(difference) >= shades[n] {
		n++
	}
	switch {
	case n == 0:
		return "even"
	case difference > 0:
		return fmt.Sprintf("more%d", n)
	}
	return fmt.Sprintf("less%d", n)
}
