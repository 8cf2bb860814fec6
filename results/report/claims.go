package report

import (
	"fmt"
	"io"
	"time"

	"aftershock/internal/shell"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/claims"
)

// Claims writes the table of claims to a terminal: the claim, the article's figure, by what it is shown, ours with
// its interval, the verdict.
func Claims(w io.Writer, t claims.Table, folder string) error {
	p := &printer{w: w}
	p.line("")
	p.line("%s", claimsTitle(t))
	p.environment(t.Environment)
	p.line("GOMAXPROCS %d", t.Environment.GOMAXPROCS)
	p.damaged(t.Damage())
	for _, probe := range t.Probes {
		p.line("this Go: %s", probe.Says)
	}
	p.line("")
	rows := [][]string{{"CH", "CLAIM", "ARTICLE", "BY", "BEFORE -> AFTER", "CHANGE", "PAIRS", "VERDICT"}}
	for _, r := range t.Rows {
		rows = append(rows, claimCells(r)...)
	}
	p.table(rows)
	p.line("")
	for _, r := range t.Rows {
		p.claimRemark(r)
	}
	p.line("")
	p.line("where a repair or the article's advice did not help, or cost something:")
	if useless := notHelping(t); len(useless) > 0 {
		for _, line := range useless {
			p.line("  %s", line)
		}
	} else {
		p.line("  %s", noneNotHelping(t))
	}
	p.line("")
	p.line("%s", tally(t))
	p.partsLeft(t, folder)
	p.line("page:    %s", shell.Join(claimsProgram(t), "article", "page", folder))
	p.line("again:   %s", shell.Join(t.Command...))
	return p.err
}

func claimsProgram(t claims.Table) string {
	if len(t.Command) == 0 {
		return "aftershock"
	}
	return t.Command[0]
}

func claimsTitle(t claims.Table) string {
	title := fmt.Sprintf("%s, seed %d, %s", units.Count(len(t.Rows), "claim"), t.Seed, units.Count(len(t.Parts), "run"))
	if t.Took > 0 {
		title += " in " + units.Short(t.Took.Round(time.Second))
	}
	if t.Quick {
		title += ", quick: too few pairs for a verdict by runs, and tests decide theirs"
	}
	return title + "; change is after seen from before, with its 95 % interval"
}

// claimCells are a claim's lines in the table: one for each fix and test by which it is settled.
func claimCells(r claims.Row) (rows [][]string) {
	first := []string{r.Claim.Chapter, r.Claim.Says, figureOfTheArticle(r.Claim)}
	verdict := verdictWords(r)
	if r.Partial {
		verdict += ", " + fromPartial
	}
	add := func(by string, s shown) {
		rows = append(rows, append(first, by, s.figure(), s.change, s.cell(), verdict))
		first, verdict = []string{"", "", ""}, ""
	}
	for _, o := range r.Outcomes {
		add(o.Fix+" in "+o.Scenario, shownOf(o))
	}
	if r.Claim.Probe != "" {
		add("a probe of this Go", shown{sides: r.Why, change: "-"})
	}
	for _, name := range r.Claim.AllTests() {
		add("a test", shown{sides: name, change: "-"})
	}
	for _, source := range r.Claim.Sources {
		add("looked up", shown{sides: source, change: "-"})
	}
	return rows
}

// claimRemark says what of a claim is true, or why nothing can be said about it.
func (p *printer) claimRemark(r claims.Row) {
	words := r.Claim.Chapter + " " + r.Claim.Name + ", " + reasoned(r)
	if truth := truth(r); truth != "" {
		words += ": " + truth
	}
	p.line("%s", words)
	for _, o := range r.Outcomes {
		for _, line := range unknownCosts(o) {
			p.line("  %s in %s: %s", o.Fix, o.Scenario, line)
		}
	}
}

// partsLeft says which runs are missing or partial, and how to go on.
func (p *printer) partsLeft(t claims.Table, folder string) {
	left := false
	for _, part := range t.Parts {
		if !part.Whole {
			left = true
			p.line("not whole: the run of %s: %s", part.Scenario, part.Why)
		}
	}
	p.line("results: %s (each run below runs/ is one for compare, report and gate)", folder)
	if left {
		p.line("resume:  %s", shell.Join(append([]string{claimsProgram(t), "article", "run", "--resume", folder},
			results.CalibrationWords(t.Command)...)...))
	}
}
