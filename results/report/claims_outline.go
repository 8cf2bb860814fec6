package report

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/claims"
)

// outline says how large the article is, and which of its parts make no claim that could be held against anything
// here: with the places of the claims a reader can check that none was left out.
func (about Publication) outline(page *strings.Builder) {
	if len(about.Sizes) == 0 {
		return
	}
	page.WriteString("\n## The article's parts, and those without a claim\n\n" +
		"A place such as *2.4, table 1, row 1* is a chapter and a part of it; parts are numbered by their kind " +
		"within their chapter. Each part of the article has a claim above, or stands here with the reason.\n\n")
	for _, s := range about.Sizes {
		fmt.Fprintf(page, "- %s: %s\n", chapterName(s.Chapter), partsOf(s.Parts))
	}
	rows := make([]string, 0, len(about.Silent))
	for _, s := range about.Silent {
		rows = append(rows, "| "+strings.Join([]string{prose(s.At), prose(s.States), prose(s.Why)}, " | ")+" |\n")
	}
	section(page, claims.TableFile, "\n| Place | What it states, in our words | Why it is no claim "+
		"|\n|---|---|---|\n", rows)
}

var kinds = []string{"title", "paragraph", "item", "row", "code", "diagram"}

// partsOf counts the parts of a chapter, the kinds in the order above.
func partsOf(parts map[string]int) string {
	var words []string
	for _, kind := range kinds {
		switch n := parts[kind]; {
		case n == 0:
		case kind == "row":
			words = append(words, units.Count(n, "row")+" of tables")
		case kind == "code":
			words = append(words, units.Count(n, "block")+" of code")
		default:
			words = append(words, units.Count(n, kind))
		}
	}
	return strings.Join(words, ", ")
}

// changed lists the claims whose verdict or chapter is not that of the last page, each with the reason, and counts
// those that are new.
func (about Publication) changed(page *strings.Builder, t claims.Table) {
	if len(about.Last) == 0 {
		return
	}
	var rows []string
	for _, last := range about.Last {
		if row := changedRow(last, t); row != "" {
			rows = append(rows, row)
		}
	}
	added := 0
	for _, r := range t.Rows {
		if !slices.ContainsFunc(about.Last, func(l claims.Published) bool { return l.Name == r.Claim.Name }) {
			added++
		}
	}
	fmt.Fprintf(page, "\n## What changed since the last page\n\nThe last page had %s. ",
		units.Count(len(about.Last), "claim"))
	fmt.Fprintf(page, "%s on this one %s new.\n", units.Count(added, "claim"), are(added))
	if len(rows) > 0 {
		section(page, claims.TableFile, "\n| Claim | Last page | This page | Why |\n|---|---|---|---|\n", rows)
	}
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// changedRow is the row of a claim that was on the last page; empty where nothing about it is another.
func changedRow(last claims.Published, t claims.Table) string {
	was := chapterName(last.Chapter) + ": " + last.Verdict.String()
	row := func(is, why string) string {
		return "| " + strings.Join([]string{prose(last.Says), was, is, prose(why)}, " | ") + " |\n"
	}
	i := slices.IndexFunc(t.Rows, func(r claims.Row) bool { return r.Claim.Name == last.Name })
	if i < 0 {
		return row("gone", last.Gone)
	}
	r := t.Rows[i]
	is := chapterName(r.Claim.Chapter) + ": " + prose(verdictWords(r))
	if r.Claim.Changed == "" && r.Verdict == last.Verdict && r.Claim.Chapter == last.Chapter {
		return ""
	}
	return row(is, whyChanged(r, last))
}

// whyChanged is the reason that was written down for a change that was expected, and what this run found otherwise.
func whyChanged(r claims.Row, last claims.Published) string {
	switch {
	case r.Claim.Changed != "" && (r.Verdict == r.Expected || r.Verdict == last.Verdict):
		return r.Claim.Changed
	case r.Why != "":
		return strings.TrimPrefix(r.Claim.Changed+"; this run: "+r.Why, "; ")
	}
	return strings.TrimPrefix(r.Claim.Changed+"; this run found otherwise", "; ")
}

// objections are what a defender of the article could still say.
func (about Publication) objections(page *strings.Builder) {
	if len(about.Objections) == 0 {
		return
	}
	page.WriteString("\n## What a defender of the article could still object\n\n")
	section(page, claims.TableFile, "", bullets(about.Objections))
}
