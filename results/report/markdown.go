package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// The limits of a page. GitHub refuses a step summary above 1 MiB as a whole, so that a page a byte too long shows
// nothing at all.
//
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary
const (
	pageLimit    = 1 << 20
	sectionLimit = pageLimit / 8 // of each of seven, so that no one of them crowds out another
	cellLimit    = 400           // runes
)

// markdown writes a page: what is damaged, the gate's answer, if a policy was asked, the verdicts, the outages, and the
// warnings.
func markdown(w io.Writer, in Input) error {
	s := in.Summary
	page := &strings.Builder{}
	fmt.Fprintf(page, "## %s, seed %d, %s a fix\n\n", escaped(s.Run.Name), s.Run.Seed, units.Count(s.Run.Pairs, "pair"))
	e := s.Run.Environment
	fmt.Fprintf(page, "%s, %s, Linux %s, %s, etcd %s, commit %s. Change is after seen from before, with its 95 %% "+
		"interval; below %.3g %% is no difference.\n", escaped(e.CPU), e.Processors(), escaped(e.Kernel), escaped(e.Go),
		escaped(e.Etcd), escaped(shortCommit(e.Commit)), 100*s.Run.Margin)
	if len(s.Damaged) > 0 {
		fmt.Fprintf(page, "\n### Damaged: %s\n\n", escaped(noVerdict(s.Damaged)))
		section(page, "", damageRows(s.Damaged))
	}
	top, others := s.TopWarnings()
	if len(top) > 0 {
		section(page, "\n", warningRows(top))
	}
	if in.decided() {
		fmt.Fprintf(page, "\n### Gate %s: %s\n\n", escaped(in.Decision.Policy),
			escaped(string(result(in.Decision.Result))))
		section(page, "| Result | Rule | Fix | Measured | Bound | Why |\n|---|---|---|---|---|---|\n", answerRows(in))
		section(page, "", noteRows(in.Decision.Notes))
	}
	page.WriteString("\n### Verdicts\n\n")
	section(page, "| Fix | Verdict | By | Before -> after | Change | P | Adjusted | Detectable | Pairs |\n"+
		"|---|---|---|---|---|---|---|---|---|\n", verdictRows(s))
	if prices := priceRows(s.Fixes); len(prices) > 0 {
		page.WriteString("\n### Prices\n\n")
		section(page, "| Fix | Paid in | Before -> after | Change | What for |\n|---|---|---|---|---|\n", prices)
	}
	if len(s.Outages) > 0 {
		page.WriteString("\n### Outages\n\n")
		section(page, "| Fault | N | New leader | Client | Out of service | Longest gap | Recovered |\n"+
			"|---|---|---|---|---|---|---|\n", outagePageRows(s.Run, s.Outages))
		page.WriteString("\nBoth arms together: " + outageColumns + ".\n")
	}
	if len(others) > 0 {
		page.WriteString("\n### Warnings\n\n")
		section(page, "", warningRows(others))
	}
	_, err := io.WriteString(w, page.String())
	return err
}

// inSummary is the file with the rows for which a page of one run has no room.
const inSummary = results.SummaryFile

// section writes rows while there is room, and then says how many are missing and that summary.json has them all.
func section(page *strings.Builder, head string, rows []string) {
	page.WriteString(head)
	room := sectionLimit
	for i, row := range rows {
		if room -= len(row); room < 0 {
			fmt.Fprintf(page, "\n%d more are left out: a page must stay below 1 MiB. All are in %s.\n", len(rows)-i,
				inSummary)
			return
		}
		page.WriteString(row)
	}
}

func answerRows(in Input) (rows []string) {
	for _, a := range in.Decision.Answers {
		rows = append(rows, tableRow(answerCells(a)...))
	}
	return rows
}

// noteRows begin with an empty line, which ends the table above them.
func noteRows(notes []string) (rows []string) {
	for _, n := range notes {
		rows = append(rows, "\n"+escaped(n)+"\n")
	}
	return rows
}

func verdictRows(s summary.Summary) (rows []string) {
	for _, f := range s.Fixes {
		verdict := f.Verdict.String()
		if f.Verdict != stat.NoDifference && f.Why != "" {
			verdict += ": " + f.Why
		}
		e := evidence(f.Primary)
		rows = append(rows, tableRow(f.Name, verdict, judgedBy(f), sides(f.Primary), change(f.Primary), e[1], e[2],
			e[3], pairs(f)))
	}
	return rows
}

func outagePageRows(run results.Run, all []summary.Outage) (rows []string) {
	for _, cells := range outageRows(run, all)[1:] {
		rows = append(rows, tableRow(cells...))
	}
	return rows
}

func warningRows(warnings []summary.Warning) (rows []string) {
	for _, w := range warnings {
		row := "- " + escaped(w.What)
		if w.Remedy != "" {
			row += " (" + escaped(w.Remedy) + ")"
		}
		rows = append(rows, row+"\n")
	}
	return rows
}

func tableRow(cells ...string) string {
	for i, c := range cells {
		cells[i] = escaped(c)
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

// special are the characters that Markdown or HTML would read instead of show. A line break cannot be escaped: plain
// takes it out.
var special = func() *strings.Replacer {
	var pairs []string
	for _, c := range "\\`*_{}[]#|~!@$" {
		pairs = append(pairs, string(c), `\`+string(c))
	}
	return strings.NewReplacer(append(pairs, "&", "&amp;", "<", "&lt;", ">", "&gt;")...)
}()

// escaped makes a text one cell or line that shows what it says, cut where it would be too long to read.
func escaped(s string) string {
	s = plain(s)
	if utf8.RuneCountInString(s) > cellLimit {
		s = string([]rune(s)[:cellLimit]) + " ..."
	}
	return special.Replace(s)
}
