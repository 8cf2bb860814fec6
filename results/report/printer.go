package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"
)

// printer keeps the first error, so that a full writer is noticed without a check at every line.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(plain(fmt.Sprintf(format, args...)), " "))
	}
}

// table aligns cells in columns. It leaves no blanks at the end of lines, with which the last column would otherwise
// be padded.
func (p *printer) table(rows [][]string) {
	if p.err != nil {
		return
	}
	var text bytes.Buffer
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, cells := range rows {
		clean := make([]string, len(cells))
		for i, c := range cells {
			clean[i] = plain(c)
		}
		// A buffer takes everything, and tabwriter fails only when what it writes to does.
		_, _ = fmt.Fprintln(t, strings.Join(clean, "\t"))
	}
	_ = t.Flush()
	for line := range strings.Lines(text.String()) {
		p.line("%s", strings.TrimRight(line, " \n"))
	}
}

// list writes items after a title, and continues in the next line when one is full.
func (p *printer) list(title string, items []string) {
	const full = 120
	line := title
	for i, item := range items {
		separator := ", "
		if i == 0 {
			separator = " "
		}
		if i > 0 && utf8.RuneCountInString(line)+len(separator)+utf8.RuneCountInString(item) >= full {
			p.line("%s,", line)
			line, separator = strings.Repeat(" ", 2), ""
		}
		line += separator + item
	}
	p.line("%s", line)
}

// plain makes one line of a text from any source: an escape code in a fix's name would otherwise reach the terminal,
// and a line break would look like a row of the table.
func plain(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unprintable(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// unprintable characters move the cursor or, like U+202E, turn the reading direction.
func unprintable(r rune) bool {
	return r != ' ' && !unicode.IsGraphic(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}
