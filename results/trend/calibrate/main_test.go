package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"aftershock/internal/slow"
)

// called runs the program on few histories, unless the arguments ask for others.
func called(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = calibrate(append([]string{"-histories", "2", "-years", "0"}, args...), &out, &err)
	return code, out.String(), err.String()
}

func TestTablesDependOnTheSeedAlone(t *testing.T) {
	slow.Simulates(t)
	_, first, _ := called(t)
	if !strings.HasPrefix(first, "Seed 1, 2 histories a world") {
		t.Fatalf("printed\n%s", first)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if _, alone, _ := called(t); alone != first {
		t.Errorf("on one processor:\n%s\non all:\n%s", alone, first)
	}
	page := filepath.Join(t.TempDir(), "page.md")
	text := "<!-- calibrate-nightly: begin -->\n" + first + "<!-- calibrate-nightly: end -->\n"
	if err := os.WriteFile(page, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, shown, stderr := called(t, "-check", page); shown != first || strings.Contains(stderr, "other tables") {
		t.Errorf("checked:\n%s\n%s", stderr, shown)
	}
	if _, shown, stderr := called(t, "-check", page, "-seed", "2"); !strings.Contains(shown, "+Seed 2, ") ||
		!strings.Contains(stderr, "shows other tables") {
		t.Errorf("another seed:\n%s\n%s", stderr, shown)
	}
}

func TestRefused(t *testing.T) {
	unmarked := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(unmarked, []byte("# Page\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-histories", "0"}, 2, "-histories 0 (allowed: 1 or more)"},
		{[]string{"-years", "-1"}, 2, "-years -1 (allowed: 0 or more)"},
		{[]string{"now"}, 2, `unexpected argument "now"`},
		{[]string{"-check", unmarked, "-write", unmarked}, 2, "exclude each other"},
		{[]string{"-check", unmarked}, 1, "<!-- calibrate-nightly: end -->"},
		{[]string{"-h"}, 0, "-histories"},
	} {
		code, stdout, stderr := called(t, c.args...)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: exit %d, %q, %q; want %d and %q", c.args, code, stdout, stderr, c.code, c.want)
		}
	}
}
