package trends

import (
	"fmt"
	"html"
	"math"
	"strings"

	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/trend"
)

// layout is where things stand in a picture, in pixels.
type layout struct {
	width, left, right float64
	id                 string // that of its title
}

var (
	wide   = layout{width: 880, left: 84, right: 24, id: "trend"}
	narrow = layout{width: 360, left: 60, right: 12, id: "trend-narrow"}
)

const (
	panelHeight = 176.0
	panelTop    = 34.0 // of the plot, within its panel
	panelFoot   = 24.0
)

// canvas collects the elements of an SVG, whose texts are escaped.
type canvas struct{ strings.Builder }

func (c *canvas) add(format string, args ...any) { fmt.Fprintf(&c.Builder, format+"\n", args...) }

func (c *canvas) text(x, y float64, class, s string) {
	c.add(`<text x="%.1f" y="%.1f" class="%s">%s</text>`, x, y, class, words(s))
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	c.add(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>`, x1, y1, x2, y2, class)
}

func words(s string) string { return html.EscapeString(report.Plain(s)) }

// picture draws each primary series as a panel: nights from left to right, the change upwards.
func picture(t trend.Trend, l layout) string {
	body := &canvas{}
	y := 8.0
	for _, s := range t.Series {
		if s.Primary {
			panelOf(s, l, y).draw(body)
			y += panelHeight
		}
	}
	if y == 8 {
		body.text(l.left, y+20, "soft", "no primary figure was measured")
		y += 40
	}
	body.text(16, y+10, "soft", "Dot: a night's change of the candidate from the baseline, with its 95 % interval.")
	body.text(16, y+26, "soft", "Band: the margin. Steps: levels between change points.")
	y += 38
	page := &canvas{}
	page.add(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" `+
		`aria-labelledby="%s">`, l.width, y, l.width, y, l.id)
	page.add(`<title id="%s">%s</title>`, l.id, words("Changes night by night: "+summed(t)))
	page.add(`<rect x="0.5" y="0.5" width="%.0f" height="%.0f" rx="6" class="ground"/>`, l.width-1, y-1)
	return page.String() + body.String() + "</svg>"
}

// panel maps a series to a place.
type panel struct {
	trend.Series
	layout
	top       float64
	low, high float64 // of the axis, in the unit of changes
}

func panelOf(s trend.Series, l layout, top float64) panel {
	p := panel{Series: s, layout: l, top: top, low: s.Last.Expect - limit(s.Last), high: s.Last.Expect + limit(s.Last)}
	for _, x := range s.Points {
		if x.N > 0 {
			p.low, p.high = min(p.low, x.Value), max(p.high, x.Value)
		}
	}
	room := 0.15 * (p.high - p.low)
	p.low, p.high = p.low-room, p.high+room
	return p
}

// limit is the margin of a figure in the unit of changes.
func limit(f trend.Figure) float64 {
	return stat.Criterion{Scale: f.Scale, Better: f.Better, Margin: f.Margin}.Limit()
}

func (p panel) x(i int) float64 {
	n := float64(max(1, len(p.Points)-1))
	return p.left + (p.width-p.left-p.right)*float64(i)/n
}

func (p panel) y(v float64) float64 {
	v = min(max(v, p.low), p.high)
	return p.top + panelTop + (panelHeight-panelTop-panelFoot)*(p.high-v)/(p.high-p.low)
}

func (p panel) draw(c *canvas) {
	c.add(`<g><title>%s</title>`, words(title(p.Key)+": "+p.Last.Shown()))
	name := title(p.Key)
	if most := int(p.width / 8); len([]rune(name)) > most {
		name = string([]rune(name)[:most-1]) + "\u2026"
	}
	c.text(16, p.top+20, "name", name)
	right := p.width - p.right
	m := limit(p.Last)
	c.add(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="band"/>`, p.left,
		p.y(p.Last.Expect+m), right-p.left, p.y(p.Last.Expect-m)-p.y(p.Last.Expect+m))
	for _, v := range p.ticks() {
		class := "grid"
		if math.Abs(v-p.Last.Expect) < 1e-12 {
			class = "zero"
		}
		c.line(p.left, p.y(v), right, p.y(v), class)
		c.text(p.left-8, p.y(v)+4, "soft end", p.Last.Level(v))
	}
	p.nights(c)
	p.levels(c)
	bottom := p.top + panelHeight - 6
	first, last := p.Points[0], p.Points[len(p.Points)-1]
	c.text(p.left, bottom, "soft", day(first.At))
	c.text(right, bottom, "soft end", day(last.At))
	c.add(`</g>`)
}

// ticks are what is expected, and round places above and below.
func (p panel) ticks() (all []float64) {
	step := math.Pow(10, math.Floor(math.Log10((p.high-p.low)/2)))
	for (p.high-p.low)/step > 5 {
		step *= 2
	}
	for v := p.Last.Expect; v <= p.high; v += step {
		all = append(all, v)
	}
	for v := p.Last.Expect - step; v >= p.low; v -= step {
		all = append(all, v)
	}
	return all
}

func (p panel) nights(c *canvas) {
	for i, x := range p.Points {
		if x.N == 0 {
			continue
		}
		m := marks[x.Outcome]
		c.line(p.x(i), p.y(x.Low), p.x(i), p.y(x.High), m.class)
		c.add(`<circle cx="%.1f" cy="%.1f" r="3" class="%s"><title>%s</title></circle>`, p.x(i), p.y(x.Value), m.class,
			words(day(x.At)+": "+x.Shown()+", "+string(x.Outcome)))
	}
}

// levels draws the medians between change points, and the change points themselves.
func (p panel) levels(c *canvas) {
	from := 0
	for i, change := range p.Changes {
		c.line(p.x(from), p.y(change.From), p.x(change.Index), p.y(change.From), "zero")
		c.line(p.x(change.Index), p.top+panelTop, p.x(change.Index), p.top+panelHeight-panelFoot, "zero")
		from = change.Index
		if i == len(p.Changes)-1 {
			c.line(p.x(from), p.y(change.To), p.x(len(p.Points)-1), p.y(change.To), "zero")
		}
	}
}
