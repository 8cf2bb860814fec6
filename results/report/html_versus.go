package report

import (
	"fmt"
	"html/template"
	"io"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/report/page"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// VersusPage writes the same arms of two runs as a page like a run's: the answer first, then every arm.
func VersusPage(w io.Writer, v summary.Versus) error {
	p := page.Page{
		Title:  "What changed from run A to run B?",
		Byline: plain(fmt.Sprintf("A: %s. B: %s.", ranAs(v.A), ranAs(v.B))), Style: "\n" + pictureStyle,
	}
	for _, difference := range v.Forced {
		p.Alarms = append(p.Alarms, plain("compared with --force although the runs differ: "+difference))
	}
	s := summaryOf(v)
	if len(s.Fixes) > 0 {
		p.Picture = template.HTML(drawnForest(s, wide, ofRuns, false))
		p.Narrow = template.HTML(drawnForest(s, narrow, ofRuns, false))
		p.Answers = table(primaryRows(v.Arms))
	}
	for i, f := range s.Fixes {
		p.Answer = append(p.Answer, plain(versusAnswer(f)))
		p.Sections = append(p.Sections, versusSection(v.Arms[i], f, i))
		p.Data.Fixes = append(p.Data.Fixes, page.Fix{Sides: []string{"A", "B"}, Judged: judgedData(s, f)})
	}
	if len(p.Answer) > mostSentences {
		p.Answer = append(p.Answer[:mostSentences], "Each further arm has its answer below.")
	}
	p.Sections = append(p.Sections, versusRuns(v))
	return p.Write(w)
}

// ranAs says which run it was.
func ranAs(run results.Run) string {
	text := fmt.Sprintf("%s, seed %d, %s a fix", run.ID, run.Seed, units.Count(run.Pairs, "pair"))
	if c := run.Environment.Commit; c != "" {
		text += ", commit " + shortCommit(c)
	}
	return text
}

// summaryOf is two runs as a picture shows them: the arms stand in the place of fixes, A in that of before.
func summaryOf(v summary.Versus) (s summary.Summary) {
	for _, a := range v.Arms {
		f := summary.Fix{Fix: results.Fix{Name: fmt.Sprintf("%s, %s", a.Fix, a.Arm), Primary: a.Primary}}
		f.Primary.Metric = a.Primary
		for _, r := range a.Rows {
			if r.Metric == a.Primary {
				f.Primary = r
			}
		}
		f.Verdict = stat.Inconclusive
		if c := f.Primary.Change; c != nil {
			f.Verdict, f.Pairs = c.Verdict, summary.Pairs{Planned: c.Pairs, Valid: c.Pairs}
		}
		s.Fixes = append(s.Fixes, f)
	}
	return s
}

func versusAnswer(f summary.Fix) string {
	if f.Primary.Change == nil {
		return fmt.Sprintf("%s: %s cannot be compared.", f.Name, longName(f.Fix.Primary))
	}
	return fmt.Sprintf("%s: %s, %s, %s: %s.", f.Name, longName(f.Fix.Primary), sides(f.Primary), change(f.Primary),
		f.Verdict)
}

func versusSection(a summary.VersusArm, f summary.Fix, index int) page.Section {
	section := page.Section{
		ID: fmt.Sprintf("arm-%d", index+1), Title: plain(f.Name), Verdict: f.Verdict.String(),
		Mark: lookOf(f.Verdict).class, Lead: []string{plain(versusAnswer(f))},
	}
	if n := min(len(f.Primary.Before.Values), len(f.Primary.After.Values)); n > 0 {
		section.Blocks = append(section.Blocks, versusPairs(f, index, n))
	}
	rows, notes := figureTable("A -> B", a.Rows, a.Primary)
	section.Blocks = append(section.Blocks, page.Block{
		Title: "Every figure", Folded: true, Notes: plainly(notes), Table: table(rows),
	})
	return section
}

// versusPairs are the trials of both runs under the same plans.
func versusPairs(f summary.Fix, index, n int) page.Block {
	r := f.Primary
	t := page.Table{Head: []string{"Pair", "A", "B", "Change"}}
	changes := r.PairChanges()
	for i := range n {
		t.Rows = append(t.Rows, pairCells(r, i, r.Before.Pairs[i], changes))
	}
	return page.Block{
		Title: "Pairs of trials under the same plan", Table: t,
		Notes: []string{longName(f.Fix.Primary) + " of each trial: A (dots) and B (squares). Triangle: the true " +
			"value is at least that."},
		Chart: &page.Chart{Kind: page.Pairs, Fix: index, Says: longName(f.Fix.Primary) + " of each pair of trials."},
	}
}

// versusRuns are both runs' machines, and what warns of comparing them.
func versusRuns(v summary.Versus) page.Section {
	section := page.Section{ID: "runs", Title: "The two runs", Blocks: []page.Block{{
		Lines: plainly(printed(func(p *printer) {
			p.run("A", v.A)
			p.run("B", v.B)
		})),
	}}}
	if lines := warningLines(v.Warnings); len(lines) > 0 {
		section.Blocks = append(section.Blocks, page.Block{Title: "Warnings", Lines: plainly(lines)})
	}
	var again []string
	for _, run := range []results.Run{v.A, v.B} {
		if len(run.Command) > 0 {
			again = append(again, plain(run.Command.String()))
		}
	}
	section.Blocks = append(section.Blocks, page.Block{Title: "How to repeat them", Pre: strings.Join(again, "\n")})
	return section
}
