package claims

import (
	"slices"
	"strings"

	"aftershock/internal/units"
)

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

// Changed are the claims whose verdict or chapter is not that of the first page, each with the reason.
func (p contents) Changed() (rows [][]string) {
	for _, first := range p.About.First {
		if row := changedRow(first, p.Table); row != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// Added counts the claims that were not on the first page.
func (p contents) Added() (n int) {
	for _, r := range p.Rows {
		if !slices.ContainsFunc(p.About.First, func(l Published) bool { return l.Name == r.Claim.Name }) {
			n++
		}
	}
	return n
}

// changedRow is the row of a claim that was on the first page; nil where nothing about it is another.
func changedRow(first Published, t Table) []string {
	was := chapterName(first.Chapter) + ": " + first.Verdict.String()
	row := func(is, why string) []string { return []string{prose(first.Says), was, is, prose(why)} }
	i := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Claim.Name == first.Name })
	if i < 0 {
		return row("gone", first.Gone)
	}
	r := t.Rows[i]
	is := chapterName(r.Claim.Chapter) + ": " + prose(verdictWords(r))
	if r.Claim.Changed == "" && r.Verdict == first.Verdict && r.Claim.Chapter == first.Chapter {
		return nil
	}
	return row(is, whyChanged(r, first))
}

// whyChanged is the reason that was written down for a change that was expected, and what this run found otherwise.
func whyChanged(r Row, first Published) string {
	switch {
	case r.Claim.Changed != "" && (r.Verdict == r.Expected || r.Verdict == first.Verdict):
		return r.Claim.Changed
	case r.Why != "":
		return strings.TrimPrefix(r.Claim.Changed+"; this run: "+r.Why, "; ")
	}
	return strings.TrimPrefix(r.Claim.Changed+"; this run found otherwise", "; ")
}
