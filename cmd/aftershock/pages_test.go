package main

import (
	"strings"
	"testing"

	"aftershock/internal/slow"
)

// A format that is not there, or does not go with what is asked, is refused before anything is read.
func TestPagesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ args, want string }{
		"no such format":        {"compare a --format htlm", `did you mean "html"?`},
		"two formats":           {"compare a --format html --json", "--json is a format of its own"},
		"a file for the text":   {"compare a --out x", "--out is for --format"},
		"one run by force":      {"compare a --format html --force", "--force is for two runs"},
		"a page of the article": {"article page ./nowhere --format mdx", `did you mean "md"?`},
	} {
		code, stdout, stderr := aftershock(strings.Fields(c.args)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d, want %q:\n%s%s", name, code, c.want, stdout, stderr)
		}
	}
}

func TestComparePages(t *testing.T) {
	slow.Boots(t)
	first, again := copyOf(t, one), copyOf(t, alike)
	for _, folders := range [][]string{{first}, {first, again}} {
		code, text, stderr := aftershock(append([]string{"compare", "--format", "html"}, folders...)...)
		if code != exitOK || !strings.HasPrefix(text, "<!doctype html>") {
			t.Errorf("a page of %d runs: exit %d: %s%.200s", len(folders), code, stderr, text)
		}
	}
}
