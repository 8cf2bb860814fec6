package report

import (
	"strings"

	"aftershock/results"
	"aftershock/results/summary"
)

// The words and cells of this package, for reports that others write: the article's.

// Plain makes one line of a text from any source, without what would move a terminal's cursor.
func Plain(s string) string { return plain(s) }

// Escaped makes a text one cell of Markdown that shows what it says, cut where it would be too long to read.
func Escaped(s string) string { return escaped(s) }

// Whole is Escaped without the cut.
func Whole(s string) string { return special.Replace(plain(s)) }

// Name is a metric's name for people, with its phase: service P99 (trigger).
func Name(m results.Metric) string { return longName(m) }

// Sides are the medians of both arms, before -> after.
func Sides(r summary.Row) string { return sides(r) }

// Change is a change with its 95 % interval, or that there is none.
func Change(r summary.Row) string { return change(r) }

// Revision is a commit, shortened.
func Revision(commit string) string { return shortCommit(commit) }

// Machine says on what, and with which versions, a run was made.
func Machine(e results.Environment) string {
	return strings.Join(lines(func(p *printer) { p.environment(e) }), "")
}

// Damage says which files are not as a run left them; nothing when all are.
func Damage(all []summary.Damage) []string { return lines(func(p *printer) { p.damaged(all) }) }

// Table aligns cells in columns, one line a row.
func Table(rows [][]string) []string { return lines(func(p *printer) { p.table(rows) }) }

// lines are what a printer was given.
func lines(write func(*printer)) []string {
	var text strings.Builder
	write(&printer{w: &text}) // a builder takes everything
	if text.Len() == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
}

// PictureStyle is the style of the pictures of this package, for a page that has others.
func PictureStyle() string { return pictureStyle }
