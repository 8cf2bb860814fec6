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

// Changed are the claims whose verdict or chapter is not that of the last page, each with the reason.
func (p contents) Changed() (rows [][]string) {
	for _, last := range p.About.Last {
		if row := changedRow(last, p.Table); row != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// Added counts the claims that were not on the last page.
func (p contents) Added() (n int) {
	for _, r := range p.Rows {
		if !slices.ContainsFunc(p.About.Last, func(l Published) bool { return l.Name == r.Claim.Name }) {
			n++
		}
	}
	return n
}

// changedRow is the row of a claim that was on the last page; nil where nothing about it is another.
func changedRow(last Published, t Table) []string {
	was := chapterName(last.Chapter) + ": " + last.Verdict.String()
	row := func(is, why string) []string { return []string{prose(last.Says), was, is, prose(why)} }
	i := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Claim.Name == last.Name })
	if i < 0 {
		return row("gone", last.Gone)
	}
	r := t.Rows[i]
	is := chapterName(r.Claim.Chapter) + ": " + prose(verdictWords(r))
	if r.Claim.Changed == "" && r.Verdict == last.Verdict && r.Claim.Chapter == last.Chapter {
		return nil
	}
	return row(is, whyChanged(r, last))
}

// whyChanged is the reason that was written down for a change that was expected, and what this run found otherwise.
func whyChanged(r Row, last Published) string {
	switch {
	case r.Claim.Changed != "" && (r.Verdict == r.Expected || r.Verdict == last.Verdict):
		return r.Claim.Changed
	case r.Why != "":
		return strings.TrimPrefix(r.Claim.Changed+"; this run: "+r.Why, "; ")
	}
	return strings.TrimPrefix(r.Claim.Changed+"; this run found otherwise", "; ")
}
