package claims

import (
	_ "embed" // the page's words
	"io"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"aftershock/internal/units"
	"aftershock/results/report"
	"aftershock/results/stat"
)

// Publication is what the claims of a page are about, which only the list of claims knows.
type Publication struct {
	Title string // of the page
	// About is the first paragraph, in Markdown: who claims it, and who measured it. It ends without a line break.
	About string
	// Headlines are the names of the claims that a reader in a hurry is told of, in this order.
	Headlines []string
	// FixFile and TestFile find the file in which a fix or a test can be read, from the root of the repository; empty
	// where there is none. Without them names are no links.
	FixFile, TestFile func(name string) string
	// Sizes and Silent are the outline of the article: how many parts it has, and those that make no claim.
	Sizes  []Size
	Silent []Silent
	// First is the first page, with which this one is compared.
	First []Published
	// Objections are what a defender of the article could still say, each in a sentence or two.
	Objections []string
}

//go:embed page.md.tmpl
var pageText string

// contents is the table and what the page is about; its methods are what the template asks for.
type contents struct {
	Table
	About Publication
}

// Page writes the claims as a Markdown page that can be read by itself: the answer in short, how to read it, the
// article's claims and those that it does not make, what did not help, a paragraph a claim, the article's other
// parts, the runs, what changed, and what could be objected.
func Page(w io.Writer, t Table, about Publication) error {
	text, err := template.New("page").Funcs(template.FuncMap{
		"prose": prose, "whole": func(s string) string { return report.Whole(arrows(s)) }, "settled": verdictAndTruth,
		"chapter": chapterName, "fix": about.fix, "test": about.test, "notes": outcomeNotes, "parts": partsOf,
		"figures":  func(o Outcome) string { return shownOf(o).line() },
		"row":      func(cells []string) string { return "| " + strings.Join(cells, " | ") + " |" },
		"cells":    func(all ...string) []string { return all },
		"fewest":   func() int { return stat.FewestPairs(1) },
		"field":    func() string { return Field },
		"revision": report.Revision, "count": units.Count,
		"short": func(d time.Duration) string { return units.Short(d.Round(time.Second)) },
		"upper": func(s string) string { return strings.ToUpper(s[:1]) + s[1:] },
	}).Parse(pageText)
	if err != nil {
		return err
	}
	return text.Execute(w, contents{t, about})
}

// Headlines are the rows that a reader in a hurry is told of.
func (p contents) Headlines() (rows []Row) {
	for _, name := range p.About.Headlines {
		i := slices.IndexFunc(p.Rows, func(r Row) bool { return r.Claim.Name == name })
		if i >= 0 {
			rows = append(rows, p.Rows[i])
		}
	}
	return rows
}

// section is some claims under a heading; its rows are lines of a table, or claims for a paragraph each.
type section[R any] struct {
	First, Title string
	Rows         []R
}

// Claims is the table of some claims, and what its first column is called.
func (p contents) Claims(first string, rows []Row) section[[]string] {
	return section[[]string]{First: first, Rows: p.About.claimRows(rows)}
}

// Chapters are the claims by the article's chapters, without the parts of these.
func (p contents) Chapters() (all []section[Row]) {
	chapter := ""
	for _, r := range p.Rows {
		if whole, _, _ := strings.Cut(r.Claim.Chapter, "."); whole != chapter || len(all) == 0 {
			chapter = whole
			all = append(all, section[Row]{Title: chapterTitle(chapter)})
		}
		last := &all[len(all)-1]
		last.Rows = append(last.Rows, r)
	}
	return all
}

func chapterTitle(chapter string) string {
	if chapter == Field {
		return "What the article does not say"
	}
	return "Chapter " + prose(chapter) + " of the article"
}

// chapterName is a chapter within a sentence.
func chapterName(chapter string) string {
	if chapter == Field {
		return "the field"
	}
	return "chapter " + prose(chapter)
}

// Again is the command that repeats all runs, between the backquotes of the page.
func (p contents) Again() string {
	return strings.ReplaceAll(report.Plain(p.Command.String()), "`", "'")
}

// PartRows are the runs, one a line.
func (p contents) PartRows() (rows [][]string) {
	for _, part := range p.Parts {
		state := "whole"
		if !part.Whole {
			state = part.Why
		}
		fixes := make([]string, 0, len(part.Fixes))
		for _, name := range part.Fixes {
			fixes = append(fixes, p.About.fix(name))
		}
		rows = append(rows, []string{prose(part.Scenario), strings.Join(fixes, ", "), strconv.Itoa(part.Pairs),
			prose(state)})
	}
	return rows
}

// fix and test are the name of one as a link to its file, where that is known.
func (about Publication) fix(name string) string { return linked(name, about.FixFile, name) }

func (about Publication) test(text, name string) string { return linked(text, about.TestFile, name) }

// linked makes a text a link to the file of a name, where that is known. A path from the root of the repository is
// right wherever the page is kept.
func linked(text string, file func(string) string, name string) string {
	if file == nil || file(name) == "" {
		return prose(text)
	}
	return "[" + prose(text) + "](/" + file(name) + ")"
}

// prose is a text of this page, with arrows that need no escape.
func prose(s string) string { return report.Escaped(arrows(s)) }

func arrows(s string) string { return strings.ReplaceAll(s, " -> ", " → ") }
