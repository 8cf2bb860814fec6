package arrows

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// longest is how many lines a Go file may have. One that needs more is about more than one thing.
const longest = 400

// tooLong lists the files that are longer.
func tooLong(files []file) (all []string) {
	for _, f := range files {
		if f.lines > longest {
			all = append(all, fmt.Sprintf("%s has %d lines (allowed: up to %d)", f.path, f.lines, longest))
		}
	}
	slices.Sort(all)
	return all
}

// undocumented lists the packages of which no file says what they are for. Folders of tests alone are left out.
func undocumented(files []file) (all []string) {
	documented := map[string]bool{}
	for _, f := range files {
		if !f.test() {
			documented[f.pkg()] = documented[f.pkg()] || strings.TrimSpace(f.ast.Doc.Text()) != ""
		}
	}
	for pkg, ok := range documented {
		if !ok {
			all = append(all, fmt.Sprintf("no file of package %s says what it is for, above its package clause", pkg))
		}
	}
	slices.Sort(all)
	return all
}

func TestFiles(t *testing.T) {
	files := tree(t)
	report(t, tooLong(files))
	report(t, undocumented(files))
}

func TestLongFilesAreFound(t *testing.T) {
	lines := func(n int) string { return "package x\n" + strings.Repeat("\n", n-1) }
	got := tooLong(made(t, map[string]string{
		"a/just.go": lines(longest), "a/over.go": lines(longest + 1), "a/over_test.go": lines(1000),
	}))
	want := []string{"a/over.go has 401 lines (allowed: up to 400)", "a/over_test.go has 1000 lines (allowed: up to 400)"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestUndocumentedPackagesAreFound(t *testing.T) {
	got := undocumented(made(t, map[string]string{
		"in/one.go": "package in", "in/doc.go": "// Package in is told in one file of two.\npackage in",
		"bare/x.go": "package bare", "apart/x.go": "// Package apart is not next to its clause.\n\npackage apart",
		"directive/x.go": "//go:build linux\n\npackage directive", "tests/x_test.go": "package tests",
		"tested/x.go": "package tested", "tested/x_test.go": "// Package tested is told in a test.\npackage tested",
	}))
	want := []string{"no file of package apart ", "no file of package bare ", "no file of package directive ",
		"no file of package tested "}
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
