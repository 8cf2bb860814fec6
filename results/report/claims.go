package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/claims"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// Claims writes the table of claims to a terminal: the claim, the article's figure, ours with its interval, the verdict.
func Claims(w io.Writer, t claims.Table, folder string) error {
	p := &printer{w: w}
	p.line("")
	p.line("%s", claimsTitle(t))
	p.environment(t.Environment)
	p.line("GOMAXPROCS %d", t.Environment.GOMAXPROCS)
	for _, probe := range t.Probes {
		p.line("this Go: %s", probe.Says)
	}
	p.line("")
	rows := [][]string{{"CH", "CLAIM", "ARTICLE", "BY", "OURS", "VERDICT"}}
	for _, r := range t.Rows {
		rows = append(rows, claimCells(r)...)
	}
	p.table(rows)
	p.line("")
	for _, r := range t.Rows {
		p.claimRemark(r)
	}
	if useless := notHelping(t); len(useless) > 0 {
		p.line("")
		p.line("where a repair did not help, or cost something:")
		for _, line := range useless {
			p.line("  %s", line)
		}
	}
	p.line("")
	p.line("%s", tally(t))
	p.partsLeft(t, folder)
	p.line("page:    %s report %s --format md", claimsProgram(t), folder)
	p.line("again:   %s", strings.Join(t.Command, " "))
	return p.err
}

func claimsProgram(t claims.Table) string {
	if len(t.Command) == 0 {
		return "aftershock"
	}
	return t.Command[0]
}

func claimsTitle(t claims.Table) string {
	title := fmt.Sprintf("%d claims, seed %d, %d runs", len(t.Rows), t.Seed, len(t.Parts))
	if t.Took > 0 {
		title += " in " + units.Short(t.Took.Round(time.Second))
	}
	if t.Quick {
		title += ", quick: too few pairs for any verdict, figures only"
	}
	return title + "; change is after seen from before, with its 95 % interval"
}

// claimCells are a claim's lines in the table: one for each fix and test by which it is settled.
func claimCells(r claims.Row) (rows [][]string) {
	first := []string{r.Claim.Chapter, r.Claim.Says, r.Claim.Article}
	verdict := r.Verdict.String()
	add := func(by, ours string) {
		rows = append(rows, append(first, by, ours, verdict))
		first, verdict = []string{"", "", ""}, ""
	}
	for _, o := range r.Outcomes {
		add(outcomeName(o, r.Outcomes), figureOf(o))
	}
	for _, name := range r.Claim.Tests {
		add("a test", name)
	}
	return rows
}

// outcomeName tells by its scenario an outcome whose fix is run in several.
func outcomeName(o claims.Outcome, all []claims.Outcome) string {
	for _, other := range all {
		if other.Fix == o.Fix && other.Scenario != o.Scenario {
			return o.Fix + ", " + o.Scenario
		}
	}
	return o.Fix
}

// figureOf is what was measured: the medians of both arms, the change with its interval, and by how many pairs.
func figureOf(o claims.Outcome) string {
	switch {
	case o.Pairs.Planned == 0:
		return "not run"
	case o.Found == stat.NotExercised:
		return "not exercised"
	case o.Figure == nil || len(o.Figure.Before.Values)+len(o.Figure.After.Values) == 0:
		return longName(o.Metric) + ": none"
	}
	n := o.Pairs.Valid
	if c := o.Figure.Change; c != nil {
		n = c.Pairs
	}
	plural := "s"
	if n == 1 {
		plural = ""
	}
	return fmt.Sprintf("%s %s, %s, %d pair%s", longName(o.Metric), outcomeSides(o), change(*o.Figure), n, plural)
}

// outcomeSides prints the medians of both arms, in the claim's own unit where it has one.
func outcomeSides(o claims.Outcome) string {
	if o.Unit == "" {
		return sides(*o.Figure)
	}
	amounts := make([]string, 0, 2)
	for _, s := range []summary.Side{o.Figure.Before, o.Figure.After} {
		if len(s.Values) == 0 {
			amounts = append(amounts, "-")
			continue
		}
		amounts = append(amounts, thousands(s.Median*o.Factor))
	}
	return strings.Join(amounts, " -> ") + " " + o.Unit
}

// thousands prints a large number as the article does: 1240k.
func thousands(v float64) string {
	if v < 10_000 {
		return fmt.Sprintf("%.4g", v)
	}
	return fmt.Sprintf("%.0fk", v/1000)
}

// claimRemark says what of a claim is true, or why nothing can be said about it.
func (p *printer) claimRemark(r claims.Row) {
	words := r.Claim.Chapter + " " + r.Claim.Name + ", " + reasoned(r)
	if truth := truth(r); truth != "" {
		words += ": " + truth
	}
	p.line("%s", words)
}

// reasoned is the verdict, and why it is no better one.
func reasoned(r claims.Row) string {
	if r.Why == "" {
		return r.Verdict.String()
	}
	return r.Verdict.String() + " (" + r.Why + ")"
}

// truth is what of a claim is true, where anything is known about it.
func truth(r claims.Row) string {
	if r.Verdict == claims.Undecided {
		return ""
	}
	return r.Claim.Truth
}

// notHelping lists the fixes whose repair made no difference or made things worse, and the guards that it paid with.
func notHelping(t claims.Table) (all []string) {
	seen := map[string]bool{} // a fix may show several claims
	add := func(o claims.Outcome, m results.Metric, line string) {
		if what := o.Fix + " " + o.Scenario + " " + m.String(); !seen[what] {
			seen[what] = true
			all = append(all, fmt.Sprintf("%s in %s: %s", o.Fix, o.Scenario, line))
		}
	}
	for _, r := range t.Rows {
		for _, o := range r.Outcomes {
			decided := o.Verdict != claims.Undecided && o.Verdict != claims.NotHere
			if decided && (o.Found == stat.NoDifference || o.Found == stat.Regressed) {
				add(o, o.Metric, o.Found.String()+": "+figureOf(o))
			}
			for _, guard := range o.Worse {
				add(o, guard.Metric, fmt.Sprintf("worse by its guard %s: %s, %s", longName(guard.Metric), sides(guard), change(guard)))
			}
		}
	}
	return all
}

// tally counts the verdicts.
func tally(t claims.Table) string {
	counts := map[claims.Verdict]int{}
	for _, r := range t.Rows {
		counts[r.Verdict]++
	}
	var words []string
	for _, v := range []claims.Verdict{claims.Holds, claims.Conditional, claims.Fails, claims.NotHere, claims.Undecided} {
		if counts[v] > 0 {
			words = append(words, fmt.Sprintf("%d: %s", counts[v], v))
		}
	}
	return strings.Join(words, ", ")
}

// partsLeft says which runs are missing or partial, and how to go on.
func (p *printer) partsLeft(t claims.Table, folder string) {
	left := false
	for _, part := range t.Parts {
		if !part.Whole {
			left = true
			p.line("not whole: the run of %s: %s", part.Scenario, orNot(part.Why))
		}
	}
	p.line("results: %s (each run below runs/ is one for compare, report and gate)", folder)
	if left {
		p.line("go on:   %s run --resume %s", claimsProgram(t), folder)
	}
}

func orNot(why string) string {
	if why == "" {
		return "not run"
	}
	return why
}
