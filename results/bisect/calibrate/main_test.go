package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"aftershock/internal/marked/markedtest"
	"aftershock/internal/slow"
)

// program runs on one history a row, unless the arguments ask for others.
var program = markedtest.Program{Main: calibrate, Usual: []string{"-histories", "1"}}

func TestTablesDependOnTheSeedAlone(t *testing.T) {
	slow.Simulates(t)
	_, first, _ := program.Call()
	if !strings.HasPrefix(first, "Seed 1, 1 histories a row") {
		t.Fatalf("printed\n%s", first)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	page := filepath.Join(t.TempDir(), "page.md")
	text := "<!-- calibrate-bisect: begin -->\n" + first + "<!-- calibrate-bisect: end -->\n"
	if err := os.WriteFile(page, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, shown, stderr := program.Call("-check", page); shown != first || strings.Contains(stderr, "other tables") {
		t.Errorf("on one processor:\n%s\n%s", stderr, shown)
	}
}

func TestRefused(t *testing.T) {
	program.Refuses(t, []markedtest.Refusal{
		{Args: []string{"-histories", "0"}, Code: 2, Says: "-histories 0 (allowed: 1 or more)"},
		{Args: []string{"now"}, Code: 2, Says: `unexpected argument "now"`},
		{Args: []string{"-h"}, Code: 0, Says: "-histories"},
	})
}
