package report

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/claims"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// paragraphs say what the table has no room for, chapter by chapter.
func (about Publication) paragraphs(t claims.Table) (all []string) {
	chapter := ""
	for _, r := range t.Rows {
		p := &strings.Builder{}
		if whole, _, _ := strings.Cut(r.Claim.Chapter, "."); whole != chapter {
			chapter = whole
			fmt.Fprintf(p, "\n## %s\n", chapterTitle(chapter))
		}
		fmt.Fprintf(p, "\n### %s: %s\n\n%s", prose(r.Claim.Chapter), prose(r.Claim.Says), verdictAndTruth(r))
		p.WriteString("\n\n")
		quoted(p, r.Claim)
		about.evidence(p, r)
		all = append(all, p.String())
	}
	return all
}

func chapterTitle(chapter string) string {
	if chapter == claims.Field {
		return "What the article does not say"
	}
	return "Chapter " + prose(chapter) + " of the article"
}

// verdictAndTruth is the verdict with its reason, and then what is true, as sentences.
func verdictAndTruth(r claims.Row) string {
	verdict := verdictWords(r)
	words := "**" + prose(verdict) + "**" + prose(strings.TrimPrefix(reasoned(r), verdict)) + "."
	if truth := truth(r); truth != "" {
		words += " " + prose(truth)
	}
	return words
}

// evidence names what settles a claim. The figures of a claim by a single fix stand in its row of the table.
func (about Publication) evidence(p *strings.Builder, r claims.Row) {
	for _, o := range r.Outcomes {
		fmt.Fprintf(p, "- by %s, in %s", about.fix(o.Fix), prose(o.Scenario))
		if len(r.Outcomes) > 1 {
			fmt.Fprintf(p, ": %s", prose(shownOf(o).line()))
		}
		for _, note := range outcomeNotes(o) {
			fmt.Fprintf(p, "; %s", prose(note))
		}
		p.WriteString("\n")
	}
	if r.Claim.Probe != "" {
		p.WriteString("- settled by a probe of this Go before the runs\n")
	}
	for _, name := range r.Claim.AllTests() {
		fmt.Fprintf(p, "- settled by the test %s\n", linked(name, about.TestFile, name))
	}
	for _, source := range r.Claim.Sources {
		fmt.Fprintf(p, "- looked up in %s\n", prose(source))
	}
}

// quoted says where the article makes a claim and what it states there, and what its figure is of.
func quoted(p *strings.Builder, c claims.Claim) {
	for _, place := range c.Places {
		fmt.Fprintf(p, "- the article, %s: %s\n", prose(place.At), prose(place.States))
	}
	if c.Of != nil {
		fmt.Fprintf(p, "- its figure: %s, of %s, %s; %s\n", prose(c.Article), prose(c.Of.What), prose(c.Of.When),
			prose(c.Of.By))
	}
}

// outcomeNotes are what the figures of an outcome do not say by themselves.
func outcomeNotes(o claims.Outcome) (all []string) {
	if o.Figure != nil && o.Found != stat.NotExercised {
		all = append(all, foundWords(o))
	}
	if c := o.Pairs; c.CrashedBefore+c.CrashedAfter > 0 {
		all = append(all, fmt.Sprintf("the process crashed in %d of %d trials before and in %d after%s", c.CrashedBefore, c.Valid, c.CrashedAfter, lived(o.Crash)))
	}
	if unhelpful(o) {
		all = append(all, "the after arm did not help")
	}
	for _, c := range costs(o) {
		all = append(all, c.says)
	}
	return append(all, unknownCosts(o)...)
}

// foundWords is what was found. Trouble improves and regresses nothing: it makes a figure better or worse.
func foundWords(o claims.Outcome) string {
	switch {
	case o.Within != "" && o.Found == stat.Regressed:
		return "worse in trouble"
	case o.Within != "" && o.Found == stat.Improved:
		return "better in trouble"
	}
	return o.Found.String()
}

// lived says how long the processes lived that crashed: those before, where any did, for that is where a defect is.
func lived(r *summary.Row) string {
	if r == nil {
		return ""
	}
	side := r.Before
	if len(side.Values) == 0 {
		side = r.After
	}
	return fmt.Sprintf(", having lived for %s (median; %s to %s)", units.Format(side.Median, r.Unit), units.Format(slices.Min(side.Values), r.Unit),
		units.Format(slices.Max(side.Values), r.Unit))
}
