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

// program runs on few histories, unless the arguments ask for others.
var program = markedtest.Program{Main: calibrate, Usual: []string{"-histories", "2", "-years", "0"}}

func TestTablesDependOnTheSeedAlone(t *testing.T) {
	slow.Simulates(t)
	_, first, _ := program.Call()
	if !strings.HasPrefix(first, "Seed 1, 2 histories a world") {
		t.Fatalf("printed\n%s", first)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if _, alone, _ := program.Call(); alone != first {
		t.Errorf("on one processor:\n%s\non all:\n%s", alone, first)
	}
	page := filepath.Join(t.TempDir(), "page.md")
	text := "<!-- calibrate-nightly: begin -->\n" + first + "<!-- calibrate-nightly: end -->\n"
	if err := os.WriteFile(page, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, shown, stderr := program.Call("-check", page); shown != first || strings.Contains(stderr, "other tables") {
		t.Errorf("checked:\n%s\n%s", stderr, shown)
	}
	if _, shown, stderr := program.Call("-check", page, "-seed", "2"); !strings.Contains(shown, "+Seed 2, ") ||
		!strings.Contains(stderr, "shows other tables") {
		t.Errorf("another seed:\n%s\n%s", stderr, shown)
	}
}

func TestRefused(t *testing.T) {
	unmarked := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(unmarked, []byte("# Page\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	program.Refuses(t, []markedtest.Refusal{
		{Args: []string{"-histories", "0"}, Code: 2, Says: "-histories 0 (allowed: 1 or more)"},
		{Args: []string{"-years", "-1"}, Code: 2, Says: "-years -1 (allowed: 0 or more)"},
		{Args: []string{"now"}, Code: 2, Says: `unexpected argument "now"`},
		{Args: []string{"-check", unmarked, "-write", unmarked}, Code: 2, Says: "exclude each other"},
		{Args: []string{"-check", unmarked}, Code: 1, Says: "<!-- calibrate-nightly: end -->"},
		{Args: []string{"-h"}, Code: 0, Says: "-histories"},
	})
}
