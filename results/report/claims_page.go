package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/units"
	"aftershock/results/claims"
	"aftershock/results/stat"
)

// ClaimsPage writes the claims as a Markdown page that can be read by itself: what was asked, on what machine, the table,
// and a paragraph a claim.
func ClaimsPage(w io.Writer, t claims.Table) error {
	page := &strings.Builder{}
	page.WriteString("# The article's claims, measured\n\n")
	claimsIntroduction(page, t)
	page.WriteString("\n## The claims\n\n")
	section(page, "| Chapter | Claim | The article's figure | Ours | Verdict |\n|---|---|---|---|---|\n", claimPageRows(t))
	fmt.Fprintf(page, "\n%s.\n", escaped(tally(t)))
	page.WriteString("\n## Where a repair did not help, or cost something\n\n")
	if useless := notHelping(t); len(useless) > 0 {
		section(page, "", bullets(useless))
	} else {
		page.WriteString("Nowhere, as far as the runs could tell.\n")
	}
	page.WriteString("\n## Claim by claim\n")
	section(page, "", claimParagraphs(t))
	page.WriteString("\n## The runs\n\n")
	section(page, "| Scenario | Fixes | Pairs a fix | State |\n|---|---|---|---|\n", partRows(t))
	_, err := io.WriteString(w, page.String())
	return err
}

func claimsIntroduction(page *strings.Builder, t claims.Table) {
	e := t.Environment
	fmt.Fprintf(page, "Each claim is shown with the article's own figure and with what was measured here, by a defect and its repair "+
		"in pairs of trials. What no run can show is settled by a test of this repository that compiles, calls or looks up what "+
		"the claim is about. A change is after seen from before, with its 95 %% interval; pairs are the unit, and verdicts are "+
		"corrected for the fixes that one run compares. Claims of the chapter \"%s\" are not the article's.\n\n", claims.Field)
	fmt.Fprintf(page, "- machine: %s, %d cores, GOMAXPROCS %d, %d MB of memory, Linux %s\n", escaped(e.CPU), e.Cores, e.GOMAXPROCS,
		e.MemoryMB, escaped(e.Kernel))
	fmt.Fprintf(page, "- versions: %s, etcd %s, aftershock %s, commit %s\n", escaped(e.Go), escaped(e.Etcd), escaped(e.Aftershock),
		escaped(shortCommit(e.Commit)))
	fmt.Fprintf(page, "- seed %d; command: `%s`\n", t.Seed, strings.ReplaceAll(plain(strings.Join(t.Command, " ")), "`", "'"))
	fmt.Fprintf(page, "- %s, %d runs", t.Started.UTC().Format("2006-01-02 15:04 UTC"), len(t.Parts))
	if t.Took > 0 {
		fmt.Fprintf(page, " in %s", units.Short(t.Took.Round(time.Second)))
	}
	page.WriteString("\n")
	for _, probe := range t.Probes {
		fmt.Fprintf(page, "- this Go: %s\n", escaped(probe.Says))
	}
	if t.Quick {
		fmt.Fprintf(page, "\nThis was a quick run: its few pairs decide nothing (a claim takes %d), and its figures are shown as they came.\n",
			claims.FewestPairs)
	}
}

func claimPageRows(t claims.Table) (rows []string) {
	for _, r := range t.Rows {
		var ours []string
		for _, o := range r.Outcomes {
			ours = append(ours, escaped(outcomeName(o, r.Outcomes)+": "+figureOf(o)))
		}
		for _, name := range r.Claim.Tests {
			ours = append(ours, "test `"+name+"`")
		}
		rows = append(rows, "| "+strings.Join([]string{
			escaped(r.Claim.Chapter), escaped(r.Claim.Says), escaped(r.Claim.Article), strings.Join(ours, "<br>"), "**" + r.Verdict.String() + "**",
		}, " | ")+" |\n")
	}
	return rows
}

// claimParagraphs say what the table has no room for.
func claimParagraphs(t claims.Table) (all []string) {
	for _, r := range t.Rows {
		p := &strings.Builder{}
		fmt.Fprintf(p, "\n### %s\n\n", escaped(r.Claim.Name))
		source := "The article says (chapter " + escaped(r.Claim.Chapter) + ")"
		if r.Claim.Chapter == claims.Field {
			source = "The field says"
		}
		fmt.Fprintf(p, "%s: %s.", source, escaped(r.Claim.Says))
		if r.Claim.Article != claims.NoFigure {
			fmt.Fprintf(p, " Its figure: %s.", escaped(r.Claim.Article))
		}
		fmt.Fprintf(p, " Verdict: **%s**", r.Verdict)
		if r.Why != "" {
			fmt.Fprintf(p, " (%s)", escaped(r.Why))
		}
		p.WriteString(".")
		if words := truth(r); words != "" {
			fmt.Fprintf(p, " %s", escaped(words))
		}
		p.WriteString("\n")
		evidenceLines(p, r)
		all = append(all, p.String())
	}
	return all
}

func evidenceLines(p *strings.Builder, r claims.Row) {
	if len(r.Outcomes)+len(r.Claim.Tests) > 0 {
		p.WriteString("\n")
	}
	for _, o := range r.Outcomes {
		fmt.Fprintf(p, "- %s, in %s: %s", escaped(o.Fix), escaped(o.Scenario), escaped(figureOf(o)))
		if o.Figure != nil && o.Found != stat.NotExercised {
			fmt.Fprintf(p, ": %s", o.Found)
		}
		if c := o.Pairs; c.CrashedBefore+c.CrashedAfter > 0 {
			fmt.Fprintf(p, "; of %d pairs the process crashed in %d before and %d after", c.Valid, c.CrashedBefore, c.CrashedAfter)
		}
		if o.Found == stat.NoDifference || o.Found == stat.Regressed {
			p.WriteString("; the repair did not help")
		}
		for _, guard := range o.Worse {
			fmt.Fprintf(p, "; worse by its guard %s, %s", escaped(longName(guard.Metric)), escaped(change(guard)))
		}
		p.WriteString("\n")
	}
	for _, name := range r.Claim.Tests {
		fmt.Fprintf(p, "- settled by the test `%s`\n", name)
	}
}

func partRows(t claims.Table) (rows []string) {
	for _, part := range t.Parts {
		state := "whole"
		if !part.Whole {
			state = orNot(part.Why)
		}
		rows = append(rows, tableRow(part.Scenario, strings.Join(part.Fixes, ", "), strconv.Itoa(part.Pairs), state))
	}
	return rows
}

func bullets(lines []string) (rows []string) {
	for _, line := range lines {
		rows = append(rows, "- "+escaped(line)+"\n")
	}
	return rows
}
