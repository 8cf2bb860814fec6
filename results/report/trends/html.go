package trends

import (
	"fmt"
	"html/template"
	"io"
	"strconv"

	"aftershock/results/report"
	"aftershock/results/report/page"
	"aftershock/results/trend"
)

// HTML writes a history as one page that opens offline.
func HTML(w io.Writer, in Input) error {
	t := in.Trend
	p := page.Page{
		Title: "What became slower, and since when?", Byline: report.Plain(in.Folder) + ": " + summed(t),
		Alarms: plainly(append(alarms(t), warnings(in)...)), Answer: []string{"The last night: " + Verdict(t) + "."},
		Picture: template.HTML(picture(t, wide)), Narrow: template.HTML(picture(t, narrow)),
		Answers: page.Rows(plainRows(rows(t))), Style: "\n" + report.PictureStyle(),
	}
	for i, s := range t.Series {
		p.Sections = append(p.Sections, section(i, s))
	}
	if len(t.Alarms) > 0 {
		p.Sections = append(p.Sections, alarmSection(t))
	}
	return p.Write(w)
}

func section(i int, s trend.Series) page.Section {
	last := s.Points[len(s.Points)-1]
	sec := page.Section{
		ID: "series-" + strconv.Itoa(i+1), Title: report.Plain(title(s.Key)), Verdict: string(last.Outcome),
		Mark: marks[last.Outcome].class,
		Lead: plainly([]string{fmt.Sprintf("Baseline %s, candidate %s; %s; bucket %s, plan %s.", s.Key.Baseline,
			report.Revision(last.Candidate), s.Machine, s.Key.Bucket, report.Revision(s.Key.Plan))}),
	}
	if s.Load != "" {
		sec.Lead = append(sec.Lead, report.Plain("Load: "+s.Load+"."))
	}
	since := [][]string{{"Since", "Level", "p", "Nights"}}
	for _, c := range s.Changes {
		since = append(since, []string{span(c, s), level(c, s), fmt.Sprintf("%.3f", c.P), strconv.Itoa(c.Nights)})
	}
	if len(since) > 1 {
		sec.Blocks = append(sec.Blocks, page.Block{
			Title: "Change points", Table: page.Rows(plainRows(since)),
			Notes: []string{"They say since when, with a 95 % range, and raise no alarm."},
		})
	}
	nights := [][]string{{"Night", "Candidate", "Change [95 %]", "Pairs", "Outcome", "Why"}}
	for _, p := range s.Points {
		nights = append(nights, []string{
			day(p.At), report.Revision(p.Candidate), p.Shown(), strconv.Itoa(p.N), string(p.Outcome), p.Why,
		})
	}
	sec.Blocks = append(sec.Blocks, page.Block{Title: "All nights", Table: page.Rows(plainRows(nights)), Folded: true})
	return sec
}

func alarmSection(t trend.Trend) page.Section {
	all := [][]string{{"Alarm", "State", "Figure", "Raised", "Change [95 %]", "What became of it"}}
	for _, a := range t.Alarms {
		says := a.Says
		if a.Reason != "" {
			says += " (" + a.Reason + ")"
		}
		all = append(all, []string{a.ID, string(a.State), title(a.Key), day(a.At), a.Figure.Shown(), says})
	}
	return page.Section{ID: "alarms", Title: "Alarms", Blocks: []page.Block{{Table: page.Rows(plainRows(all))}}}
}

func plainly(all []string) (lines []string) {
	for _, text := range all {
		lines = append(lines, report.Plain(text))
	}
	return lines
}

func plainRows(rows [][]string) (all [][]string) {
	for _, r := range rows {
		all = append(all, plainly(r))
	}
	return all
}
