// Package page writes one self-contained HTML file: an answer, a picture, charts, and tables behind each of them.
//
// The pieces are general: a Page has sections, which have blocks, and a block may have a chart that page.js draws from
// Data, or a Ranges, a Flame or a Diff, which are HTML and SVG and need no script. Colours are the CSS variables of
// assets/page.css, where a test computes their contrast.
//
// The file refers to nothing outside of it, and its content security policy forbids it to. All texts are escaped by
// html/template, for names and logs come from files. Scripts draw the charts alone: without them the picture and all
// tables are there.
package page

import (
	"html/template"
	"io"
)

// Page is what is written, in its order.
type Page struct {
	Title    string        // the question
	Byline   string        // what was run, and when
	Alarms   []string      // what a reader has to know before believing anything
	Answer   []string      // plain sentences
	Found    template.HTML // more of the answer; it is escaped already
	Picture  template.HTML // an SVG without a style, whose texts are escaped already
	Narrow   template.HTML // the same for a phone
	Answers  Table         // the same as the picture
	Sections []Section
	Data     Data   // what the charts draw
	Style    string // further CSS, such as the picture's
}

// Section is a part of a page with a title of its own.
type Section struct {
	ID      string // its anchor, unique
	Title   string
	Verdict string // a word; empty for none
	Mark    string // how it looks: good, bad, same or open
	Lead    []string
	Blocks  []Block
}

// Block is a picture with its table, or text. It shows whatever is given, in this order.
type Block struct {
	Title  string
	Notes  []string
	Lines  []string // each a line of its own, such as a machine's
	Chart  *Chart   // drawn by page.js
	Ranges *Ranges
	Flame  *Flame
	Table  Table // behind a chart or a flame graph, it is opened by the reader
	Diff   []DiffLine
	Pre    string        // text in its own lines, such as a plan
	HTML   template.HTML // anything else; it is escaped already
	Folded bool          // all of a block without a chart is behind its title, and opened by the reader
}

// Chart names what page.js draws.
type Chart struct {
	Kind  Kind
	Fix   int    // index of Data.Fixes
	Says  string // for who cannot see it
	Pick  string // what its menu chooses; empty for none
	Menu  []string
	Shown int // the choice that is shown first
}

// Kind is a kind of chart.
type Kind string

// The kinds that page.js knows.
const (
	Latency  Kind = "latency"
	Complete Kind = "complete"
	Spectrum Kind = "spectrum"
	Pairs    Kind = "pairs"
	Recovery Kind = "recovery"
)

// Table is rows of cells below a head. One without a head is not shown.
type Table struct {
	Head []string
	Rows [][]Cell
}

// Cell is what a person reads, and the figure behind it for a program: a number as Go prints it, or nothing.
type Cell struct{ Text, Value string }

// Rows makes cells of texts, the first row of which is the head.
func Rows(texts [][]string) (t Table) {
	for i, row := range texts {
		if i == 0 {
			t.Head = row
			continue
		}
		cells := make([]Cell, len(row))
		for n, text := range row {
			cells[n].Text = text
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// Write writes the page.
func (p Page) Write(w io.Writer) error {
	d, err := documentOf(p)
	if err != nil {
		return err
	}
	return layout.Execute(w, d)
}
