package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// layout is where things stand in a picture, in pixels, and how many characters fit there, also where the system's
// letters are wide.
type layout struct {
	width, edge      float64
	row              float64 // height of a row
	plotFrom, plotTo float64
	plotTop          float64 // of the plot, within its row
	verdictFrom      float64
	stacked          bool // words, verdict and plot stand above each other
	name, words      int
	note, verdict    int
	across           int // the picture
}

const (
	plotHeight = 74.0
	leading    = 15.0
)

// wide has words, plot and verdict side by side; narrow is for a phone.
var (
	wide = layout{
		width: 880, edge: 20, row: plotHeight, plotFrom: 326, plotTo: 640, verdictFrom: 662, name: 33, words: 44,
		note: 48, verdict: 33, across: 132,
	}
	narrow = layout{
		width: 360, edge: 8, row: 100 + plotHeight, plotFrom: 14, plotTo: 346, plotTop: 100, verdictFrom: 8,
		stacked: true, name: 40, words: 50, note: 48, verdict: 56, across: 54,
	}
)

// drawable tells whether a change is made of numbers alone.
func drawable(c *summary.Change) bool {
	return c != nil && c.Margin >= 0 && finite(c.Value, c.Low, c.High, c.Margin)
}

func finite(all ...float64) bool {
	return !slices.ContainsFunc(all, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// reach is from where to where a change may be; without an interval it is where it is.
func reach(c *summary.Change) (low, high float64) {
	low, high = c.Low, c.High
	if c.Confidence == 0 {
		low, high = c.Value, c.Value
	}
	if c.Open == stat.OpenLow {
		low = math.Inf(-1)
	}
	if c.Open == stat.OpenHigh {
		high = math.Inf(1)
	}
	return low, high
}

// fix draws one fix, whose upper end is at y.
func (p *picture) fix(f summary.Fix, a axis, y float64) {
	p.add(`<g><title>%s</title>`, words(cut(inFull(f), 1000)))
	p.said(f, y)
	if drawable(f.Primary.Change) {
		p.pairs(f, a, y+p.plotTop)
		p.interval(f, a, y+p.row-18)
	} else {
		p.block(p.plotFrom, p.plotTo, y, "cover")
		note := strings.Join([]string{"not compared", f.Primary.Note, f.Why}, ": ")
		p.paragraph(p.plotFrom+8, y+p.plotTop+22, leading, "soft", wrap(strings.TrimRight(note, ": "), p.note, 3))
	}
	p.answer(f, y)
	p.add(`</g>`)
}

// block fills a part of a row's plot.
func (p *picture) block(from, to, y float64, class string) {
	p.add(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="%s"/>`, from, y+p.plotTop+1, to-from, plotHeight-2,
		class)
}

// inFull is all of a row in one sentence, for who cannot see it or points at it.
func inFull(f summary.Fix) string {
	text := fmt.Sprintf("%s: %s", f.Name, judgedBy(f))
	if drawable(f.Primary.Change) && numbers(f.Primary) {
		text += fmt.Sprintf(" %s, %s", sides(f.Primary), change(f.Primary))
	}
	text += fmt.Sprintf(", %s pairs: %s", pairs(f), f.Verdict)
	if f.Why != "" {
		text += ", " + f.Why
	}
	return text + "."
}

// numbers tells whether both medians are there and can be shown.
func numbers(r summary.Row) bool {
	return len(r.Before.Values) > 0 && len(r.After.Values) > 0 && finite(r.Before.Median, r.After.Median)
}

// said writes the fix's name, and what both arms did.
func (p *picture) said(f summary.Fix, y float64) {
	text := judgedBy(f)
	if numbers(f.Primary) {
		text = inWordsOf(f, p.wording)
	}
	p.text(p.edge, y+18, "name", cut(f.Name, p.name))
	p.paragraph(p.edge, y+18+leading, leading, "", wrap(text, p.words, 3))
}

// answer writes the verdict as a shape and a word, and what it rests on.
func (p *picture) answer(f summary.Fix, y float64) {
	l, metric, count := lookOf(f.Verdict), longName(f.Fix.Primary), fmt.Sprintf("%d of %s", judged(f),
		units.Count(f.Pairs.Planned, "pair"))
	if better := f.Primary.Better; better != "" {
		count += ", " + string(better) + " is better"
	}
	lines := []string{metric, count}
	if p.stacked {
		y += 3*leading + 19
		lines = []string{metric + ", " + count}
	}
	p.shape(p.verdictFrom+6, y+14, l.class, l.shape)
	p.text(p.verdictFrom+20, y+18, "name", f.Verdict.String())
	if c := f.Primary.Change; drawable(c) {
		change := strings.TrimSuffix(shortChange(f.Primary), " parametric")
		if p.stacked {
			p.text(p.width-p.edge, y+18, "soft end", cut(change, 33))
		} else {
			lines = append([]string{change}, lines...)
		}
	}
	for i, line := range lines {
		p.text(p.verdictFrom, y+18+leading*float64(i+1), "soft", cut(line, p.verdict))
	}
}

// pairs draws each pair's own change, the first at the top. One that is a bound is an arrow towards where the true
// one lies; one of which nothing is known has no place. A ring is a pair that others disturbed.
func (p *picture) pairs(f summary.Fix, a axis, y float64) {
	all, numbers := f.Primary.PairChanges(), judgedBlocks(f)
	const top, height = 10, plotHeight - 40
	for i, c := range all {
		class := "dot"
		if i < len(numbers) && p.disturbed[f.Group][numbers[i]] {
			class = "dot ring"
		}
		x, beyond := a.at(c.Value)
		at := y + top + height*(float64(i)+0.5)/float64(len(all))
		switch {
		case c.Open == stat.OpenBoth:
		case c.Open == stat.OpenLow, beyond == stat.OpenLow:
			p.shape(x, at, class, lower)
		case c.Open == stat.OpenHigh, beyond == stat.OpenHigh:
			p.shape(x, at, class, higher)
		default:
			radius := min(2.5, max(1, height/float64(len(all))))
			p.add(`<circle cx="%.1f" cy="%.1f" r="%.1f" class="%s"/>`, x, at, radius, class)
		}
	}
}

// interval draws the estimate and its 95 % interval: a bar at an end, and an arrow where it goes on.
func (p *picture) interval(f summary.Fix, a axis, y float64) {
	l, c := lookOf(f.Verdict), f.Primary.Change
	low, high := reach(c)
	from, openLow := a.at(low)
	to, openHigh := a.at(high)
	p.stroke(from, y, to, y, l.class+" reach")
	p.tip(from, y, openLow, l.class)
	p.tip(to, y, openHigh, l.class)
	x, _ := a.at(c.Value)
	p.shape(x, y, l.class, l.shape)
}

func (p *picture) tip(x, y float64, beyond stat.Open, class string) {
	switch beyond {
	case stat.OpenLow:
		p.shape(x, y, class, toLeft)
	case stat.OpenHigh:
		p.shape(x, y, class, toRight)
	default:
		p.stroke(x, y-4, x, y+4, class)
	}
}
