package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/summary"
)

// mostRows is how many fixes a picture shows: one of more is not looked at.
const mostRows = 60

// legend explains what a picture holds.
func (w wording) legend() string {
	return "Line: the change of " + w.change + ", with its 95 % interval. Small dots: the pairs, the first " +
		"at the top, and rings those that others disturbed. Arrow: the true value lies further out. Band: too small " +
		"to matter. Hollow: not decided."
}

// forest draws the verdicts of a run as a forest plot: a row a fix, with its interval, its pairs and its verdict. Rows
// that can share an axis stand together, each axis in the order of the fixes.
//
// J. A. C. Sterne and others, Forest plots: trying to see the wood and the trees, BMJ 322 (2001) 1479.
func forest(w io.Writer, in Input) error {
	_, err := io.WriteString(w, drawnForest(in.Summary, wide, ofArms, true)+"\n")
	return err
}

// drawnForest is the picture. One that is alone has its style, what was asked, and where the figures are from; a page
// around it says all of that itself.
func drawnForest(s summary.Summary, l layout, w wording, alone bool) string {
	body := &picture{layout: l, disturbed: map[string]map[int]bool{}, wording: w}
	for _, g := range s.Run.Groups {
		body.disturbed[g.Name] = disturbedBlocks(s, g.Name)
	}
	y := leading
	if alone {
		y = body.head(s)
	}
	shown := s.Fixes[:min(len(s.Fixes), mostRows)]
	if len(shown) == 0 {
		body.text(l.edge, y+10, "soft", "no fix was judged")
		y += 2 * leading
	}
	for _, panel := range panels(shown) {
		y = body.panel(panel, y)
	}
	if more := len(s.Fixes) - len(shown); more > 0 {
		body.text(l.edge, y+5, "soft", fmt.Sprintf("and %d more, in %s", more, inSummary))
		y += 2 * leading
	}
	y = body.foot(s, y, alone)
	page, title, desc := &picture{}, "title", "desc"
	if l.stacked {
		title, desc = "title-narrow", "desc-narrow"
	}
	page.add(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" `+
		`aria-labelledby="%s %s">`, l.width, y, l.width, y, title, desc)
	page.add(`<title id="%s">%s</title>`, title, words(cut(question(s.Run), 400)))
	page.add(`<desc id="%s">%s</desc>`, desc, words(described(shown)))
	if alone {
		page.add("<style>%s</style>", pictureStyle)
	}
	page.add(`<rect x="0.5" y="0.5" width="%.0f" height="%.0f" rx="6" class="ground"/>`, l.width-1, y-1)
	return page.String() + body.String() + "</svg>"
}

// question is what the run's scenario asks, or the scenario's name where it asks nothing.
func question(run results.Run) string {
	for _, text := range []string{run.Asks(), run.Name} {
		if text != "" {
			return text
		}
	}
	return "a run"
}

func described(fixes []summary.Fix) string {
	var all []string
	for _, f := range fixes {
		all = append(all, cut(inFull(f), 400))
	}
	return strings.Join(all, " ")
}

// head writes the question, what was run, and whatever a reader has to know before believing it.
func (p *picture) head(s summary.Summary) float64 {
	y := p.paragraph(p.edge, 32, 21, "title", wrap(question(s.Run), 84, 3))
	ran := fmt.Sprintf("%s, %s a fix", s.Run.Name, units.Count(s.Run.Pairs, "pair"))
	p.text(p.edge, y, "soft", cut(ran, p.across))
	y += leading + 3
	for _, alarm := range alarms(s) {
		y = p.paragraph(p.edge, y, leading, "bad", wrap("! "+alarm, p.across, 2))
	}
	return y
}

// mostAlarms is how many lines may stand above a picture's rows.
const mostAlarms = 6

func alarms(s summary.Summary) (all []string) {
	if len(s.Damaged) > 0 {
		all = append(all, "damaged: "+noVerdict(s.Damaged))
	}
	if line := incomplete(s); line != "" {
		all = append(all, line)
	}
	top, _ := s.TopWarnings()
	for _, w := range top {
		all = append(all, w.What)
	}
	if len(all) > mostAlarms {
		all = append(all[:mostAlarms-1], units.Count(len(all)-mostAlarms+1, "more warning")+" in "+inSummary)
	}
	return all
}

// incomplete says why a run is not whole; nothing of one that is.
func incomplete(s summary.Summary) string {
	for _, w := range s.Warnings {
		if w.Partial {
			return w.What
		}
	}
	if s.Run.Status == results.Complete || s.Run.Status == "" {
		return ""
	}
	return strings.TrimRight(fmt.Sprintf("the run is %s: %s", s.Run.Status, s.Run.Why), ": ")
}

// panels are the fixes by axis: ratios share one, shares another, and any other figure has its own.
func panels(fixes []summary.Fix) (all [][]summary.Fix) {
	place := map[string]int{}
	for _, f := range fixes {
		key := axisName(f.Primary)
		if !relative(f.Primary) && f.Primary.Unit != "share" {
			key += " " + f.Primary.String()
		}
		i, ok := place[key]
		if !ok {
			i, place[key] = len(all), len(all)
			all = append(all, nil)
		}
		all[i] = append(all[i], f)
	}
	return all
}

// panel draws rows above their axis.
func (p *picture) panel(fixes []summary.Fix, y float64) float64 {
	rows := make([]summary.Row, len(fixes))
	compared := false
	for i, f := range fixes {
		rows[i] = f.Primary
		compared = compared || drawable(f.Primary.Change)
	}
	a := axisOf(rows, p.plotFrom, p.plotTo)
	bottom := y + p.row*float64(len(fixes))
	for i, f := range fixes {
		at := y + p.row*float64(i)
		p.stroke(p.edge, at, p.width-p.edge, at, "rule")
		if compared {
			p.band(f.Primary.Change, a, at)
			p.grid(a, at)
		}
	}
	p.stroke(p.edge, bottom, p.width-p.edge, bottom, "rule")
	if compared {
		p.scale(a, rows[0], bottom)
	}
	for i, f := range fixes {
		p.fix(f, a, y+p.row*float64(i))
	}
	if compared {
		bottom += 20
	}
	if compared && p.stacked {
		bottom += leading // the axis' name has a line of its own
	}
	return bottom + 10
}

// band marks the changes that are too small to matter.
func (p *picture) band(c *summary.Change, a axis, y float64) {
	if !drawable(c) || c.Margin == 0 {
		return
	}
	from, _ := a.at(a.opposite(c.Margin))
	to, _ := a.at(c.Margin)
	p.block(from, to, y, "band")
}

// grid draws the lines of an axis through a row.
func (p *picture) grid(a axis, y float64) {
	for _, change := range a.ticks() {
		x, _ := a.at(change)
		class := "grid"
		if change == 0 {
			class = "zero"
		}
		p.stroke(x, y+p.plotTop, x, y+p.row, class)
	}
}

// scale writes the numbers of an axis below its rows, and what they are.
func (p *picture) scale(a axis, r summary.Row, bottom float64) {
	for _, change := range a.ticks() {
		x, _ := a.at(change)
		p.text(x, bottom+15, "soft middle", tickLabel(change, r))
	}
	if p.stacked {
		p.text(p.edge, bottom+15+leading, "soft", axisName(r))
		return
	}
	p.text(p.plotFrom-14, bottom+15, "soft end", axisName(r))
}

// foot writes how to read the picture, and where its figures are from if it is alone.
func (p *picture) foot(s summary.Summary, y float64, alone bool) float64 {
	y = p.paragraph(p.edge, y+12, leading, "soft", wrap(p.legend(), p.across, 6))
	if !alone {
		return y + 2
	}
	e := s.Run.Environment
	var from []string
	for _, text := range []struct{ label, value string }{
		{"", e.CPU}, {"", e.Processors()}, {"Linux ", e.Kernel}, {"", e.Go}, {"etcd ", e.Etcd},
		{"seed ", strconv.FormatUint(s.Run.Seed, 10)}, {"commit ", shortCommit(e.Commit)}, {"", day(s.Run)},
	} {
		if text.value != "" {
			from = append(from, text.label+text.value)
		}
	}
	y = p.paragraph(p.edge, y+3, leading, "soft", wrap(strings.Join(from, ", "), p.across, 3))
	return y + 2
}

func day(run results.Run) string {
	if run.Started.IsZero() {
		return ""
	}
	return run.Started.UTC().Format("2006-01-02")
}
