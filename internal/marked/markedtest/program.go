// Package markedtest is for tests of programs that keep their tables within a page.
package markedtest

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
)

// Program is such a program, with the arguments by which tests keep it short. Those of a call come behind them, and so
// override them.
type Program struct {
	Main  func(args []string, stdout, stderr io.Writer) int
	Usual []string
}

// Call runs the program, and gives its exit code and what it printed.
func (p Program) Call(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = p.Main(slices.Concat(p.Usual, args), &out, &err)
	return code, out.String(), err.String()
}

// Refusal is a call that prints no table.
type Refusal struct {
	Args []string
	Code int
	Says string // a part of what it prints to standard error
}

// Refuses fails a test for each call that ends otherwise.
func (p Program) Refuses(t *testing.T, all []Refusal) {
	t.Helper()
	for _, r := range all {
		code, stdout, stderr := p.Call(r.Args...)
		if code != r.Code || stdout != "" || !strings.Contains(stderr, r.Says) {
			t.Errorf("%q: exit %d, %q, %q; want %d and %q", r.Args, code, stdout, stderr, r.Code, r.Says)
		}
	}
}
