package claims

import (
	"fmt"
	"io"
	"strings"
	"time"

	"aftershock/internal/shell"
	"aftershock/internal/units"
	"aftershock/results/report"
)

// Terminal writes the table of claims to a terminal: the claim, the article's figure, by what it is shown, ours with
// its interval, the verdict. Folder is that of the runs.
func Terminal(w io.Writer, t Table, folder string) error {
	all := append([]string{"", t.title(), report.Machine(t.Environment),
		fmt.Sprintf("GOMAXPROCS %d", t.Environment.GOMAXPROCS)},
		report.Damage(t.Damage())...)
	for _, probe := range t.Probes {
		all = append(all, "this Go: "+probe.Says)
	}
	rows := [][]string{{"CH", "CLAIM", "ARTICLE", "BY", "BEFORE -> AFTER", "CHANGE", "PAIRS", "VERDICT"}}
	for _, r := range t.Rows {
		rows = append(rows, claimCells(r)...)
	}
	all = append(append(append(all, ""), report.Table(rows)...), "")
	for _, r := range t.Rows {
		all = append(all, remarks(r)...)
	}
	all = append(all, "", "where a repair or the article's advice did not help, or cost something:")
	useless := t.NotHelping()
	if len(useless) == 0 {
		useless = []string{t.NoneNotHelping()}
	}
	for _, line := range useless {
		all = append(all, "  "+line)
	}
	all = append(append(all, "", t.Tally()), t.partsLeft(folder)...)
	all = append(all, "page:    "+shell.Join(t.Command.Program(), "article", "page", folder),
		"again:   "+t.Command.String())
	for i, line := range all {
		all[i] = strings.TrimRight(report.Plain(line), " ")
	}
	_, err := fmt.Fprintln(w, strings.Join(all, "\n"))
	return err
}

func (t Table) title() string {
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
func claimCells(r Row) (rows [][]string) {
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

// remarks say what of a claim is true, or why nothing can be said about it.
func remarks(r Row) []string {
	words := r.Claim.Chapter + " " + r.Claim.Name + ", " + reasoned(r)
	if truth := truth(r); truth != "" {
		words += ": " + truth
	}
	all := []string{words}
	for _, o := range r.Outcomes {
		for _, line := range unknownCosts(o) {
			all = append(all, fmt.Sprintf("  %s in %s: %s", o.Fix, o.Scenario, line))
		}
	}
	return all
}

// partsLeft says which runs are missing or partial, and how to resume them.
func (t Table) partsLeft(folder string) (all []string) {
	for _, part := range t.Parts {
		if !part.Whole {
			all = append(all, fmt.Sprintf("not whole: the run of %s: %s", part.Scenario, part.Why))
		}
	}
	left := len(all) > 0
	all = append(all, fmt.Sprintf("results: %s (each run below runs/ is one for compare, report and gate)", folder))
	if left {
		all = append(all, "resume:  "+t.Command.Resume(folder).String())
	}
	return all
}
