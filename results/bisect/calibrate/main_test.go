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

// called runs the program on one history a row, unless the arguments ask for others.
func called(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = calibrate(append([]string{"-histories", "1"}, args...), &out, &err)
	return code, out.String(), err.String()
}

func TestTablesDependOnTheSeedAlone(t *testing.T) {
	slow.Simulates(t)
	_, first, _ := called(t)
	if !strings.HasPrefix(first, "Seed 1, 1 histories a row") {
		t.Fatalf("printed\n%s", first)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	page := filepath.Join(t.TempDir(), "page.md")
	text := "<!-- calibrate-bisect: begin -->\n" + first + "<!-- calibrate-bisect: end -->\n"
	if err := os.WriteFile(page, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, shown, stderr := called(t, "-check", page); shown != first || strings.Contains(stderr, "other tables") {
		t.Errorf("on one processor:\n%s\n%s", stderr, shown)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-histories", "0"}, 2, "-histories 0 (allowed: 1 or more)"},
		{[]string{"now"}, 2, `unexpected argument "now"`},
		{[]string{"-h"}, 0, "-histories"},
	} {
		code, stdout, stderr := called(t, c.args...)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: exit %d, %q, %q; want %d and %q", c.args, code, stdout, stderr, c.code, c.want)
		}
	}
}
