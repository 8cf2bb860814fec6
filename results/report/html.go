package report

import (
	"html/template"
	"io"
	"strconv"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/report/page"
	"aftershock/results/summary"
)

// htmlPage writes a run as one page for a reader who was not there: the answer first, then each fix with its charts,
// then what they rest on. What cannot be read is left out and named, for a page of a damaged run is needed most.
func htmlPage(w io.Writer, in Input) error { return pageOf(in).Write(w) }

func pageOf(in Input) page.Page {
	s := in.Summary
	p := page.Page{
		Title: cut(plain(question(s.Run)), 400), Byline: plain(byline(s)), Alarms: plainly(alarms(s)),
		Picture: template.HTML(drawnForest(s, wide, ofArms, false)),
		Narrow:  template.HTML(drawnForest(s, narrow, ofArms, false)), Style: "\n" + pictureStyle,
	}
	if len(s.Fixes) > 0 {
		p.Answer, p.Answers = plainly(answers(s.Fixes)), verdictTable(s)
	}
	t := timelinesOf(in)
	p.Data.Trials = t.data()
	for i, f := range s.Fixes {
		section, data := t.section(s, f, i)
		p.Sections, p.Data.Fixes = append(p.Sections, section), append(p.Data.Fixes, data)
	}
	p.Sections = append(p.Sections, foundations(in, t)...)
	return p
}

// answers are the sentences above the picture.
func answers(fixes []summary.Fix) []string {
	all := sentences(fixes)
	if all[0] == noAnswer {
		return []string{"No answer yet: below, each fix says why."}
	}
	return all
}

// byline is what was run, and when.
func byline(s summary.Summary) string {
	parts := []string{s.Run.Name, units.Count(s.Run.Pairs, "pair") + " a fix"}
	if d := day(s.Run); d != "" {
		parts = append(parts, d)
	}
	parts = append(parts, "seed "+strconv.FormatUint(s.Run.Seed, 10))
	if e := s.Run.Environment; e.CPU != "" {
		parts = append(parts, e.Processors()+" of "+e.CPU)
	}
	if c := s.Run.Environment.Commit; c != "" {
		parts = append(parts, "commit "+shortCommit(c))
	}
	return strings.Join(parts, ", ")
}

// plainly makes each text one line.
func plainly(all []string) (lines []string) {
	for _, text := range all {
		lines = append(lines, plain(text))
	}
	return lines
}

// verdictTable is the picture as a table, with the figures as the summary has them.
func verdictTable(s summary.Summary) page.Table {
	t := page.Table{Head: []string{"Fix", "Verdict", "Judged by", "Before", "After", "Change [95 %]", "Pairs"}}
	for _, f := range s.Fixes {
		r := f.Primary
		change := page.Cell{Text: shortChange(r)}
		if drawable(r.Change) {
			change.Value = exact(r.Change.Value)
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: plain(f.Name)}, {Text: f.Verdict.String()}, {Text: plain(judgedBy(f))}, sideCell(r.Before, r.Unit),
			sideCell(r.After, r.Unit), change, {Text: pairs(f)},
		})
	}
	return t
}

func sideCell(s summary.Side, unit string) page.Cell {
	c := page.Cell{Text: side(s, unit)}
	if len(s.Values) > 0 {
		c.Value = exact(s.Median)
	}
	return c
}
