package problem

import (
	"errors"
	"testing"
)

func TestListPrintsInOrderOfPlace(t *testing.T) {
	l := NewList("a.txt", "one\n\ttwo = é x\r\nthree")
	l.Addf(3, 1, "third")
	l.Addf(2, 10, "no %q here", "x")
	want := "a.txt:2:10: no \"x\" here\n    \ttwo = é x\n    \t        ^\na.txt:3:1: third\n    three\n    ^"
	err := l.Err()
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	var first *Problem
	if !errors.As(err, &first) || first.Line != 2 {
		t.Errorf("errors.As found %+v, want the problem in line 2", first)
	}
}

func TestPlainText(t *testing.T) {
	for text, want := range map[string]string{
		"\ufeffa\r\nb\r\n": "a\nb\n", "a\rb": "a\nb", "a\n\r\n\rb": "a\n\n\nb", "a\ufeff": "a\ufeff", "": "",
	} {
		if got := Plain(text); got != want {
			t.Errorf("Plain(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestEmptyListIsNoError(t *testing.T) {
	if err := NewList("a.txt", "").Err(); err != nil {
		t.Error(err)
	}
}

func TestPlacesOutsideTheTextAreMovedIn(t *testing.T) {
	for _, c := range []struct {
		line, column int
		want         string
	}{
		{0, 0, "f:1:1: m\n    ab\n    ^"},
		{9, 9, "f:2:3: m\n    cd\n      ^"},
	} {
		l := NewList("f", "ab\ncd")
		l.Addf(c.line, c.column, "m")
		if got := l.Err().Error(); got != c.want {
			t.Errorf("at %d:%d got\n%s\nwant\n%s", c.line, c.column, got, c.want)
		}
	}
}

// A quoted file must not be able to colour, clear or title the terminal.
func TestControlCharactersAreReplaced(t *testing.T) {
	l := NewList("f", "a\x1b[2Jb\xff")
	l.Addf(1, 2, "m")
	if got, want := l.Err().Error(), "f:1:2: m\n    a\uFFFD[2Jb\uFFFD\n     ^"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
