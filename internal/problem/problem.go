// Package problem tells people what is wrong with a text file that they wrote, and where.
package problem

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Problem is one thing that is wrong at one place of a file.
type Problem struct {
	File    string
	Line    int // from 1
	Column  int // from 1, in characters
	Message string
	Source  string // the line's text
}

// Error is "file:line:column: message", with the line and a caret beneath the place.
func (p *Problem) Error() string {
	source, caret := excerpt(p.Source, p.Column)
	return fmt.Sprintf("%s:%d:%d: %s\n    %s\n    %s^", p.File, p.Line, p.Column, p.Message, source, caret)
}

// excerpt gives the line as it may be printed and what leads to the caret. Tabs are kept in both so that they line up
// at any tab width; other control characters are replaced, for a file must not drive the terminal it is quoted on.
func excerpt(source string, column int) (line, lead string) {
	var quoted, blank strings.Builder
	n := 1
	for _, r := range source {
		space := ' '
		switch {
		case r == '\t':
			space = '\t'
		case !unicode.IsPrint(r):
			r = unicode.ReplacementChar
		}
		quoted.WriteRune(r)
		if n < column {
			blank.WriteRune(space)
		}
		n++
	}
	return quoted.String(), blank.String()
}

// List collects the problems of one file.
type List struct {
	file     string
	lines    []string
	problems []*Problem
}

// Plain is the text of a file as it is read: without the byte order mark that some editors put in front, and with \n for
// every kind of line end. Lines and columns are counted in it.
func Plain(text string) string {
	text = strings.TrimPrefix(text, "\ufeff")
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// NewList begins the list of a file with this text.
func NewList(file, text string) *List {
	return &List{file: file, lines: strings.Split(Plain(text), "\n")}
}

// Addf adds a problem. A place outside of the text is moved to its nearest end.
func (l *List) Addf(line, column int, format string, args ...any) {
	line = min(max(line, 1), len(l.lines))
	source := l.lines[line-1]
	column = min(max(column, 1), len([]rune(source))+1)
	l.problems = append(l.problems,
		&Problem{File: l.file, Line: line, Column: column, Message: fmt.Sprintf(format, args...), Source: source})
}

// Err joins the problems in the order of their places; nil when there is none. errors.As finds the first *Problem.
func (l *List) Err() error {
	slices.SortStableFunc(l.problems, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	errs := make([]error, len(l.problems))
	for i, p := range l.problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}
