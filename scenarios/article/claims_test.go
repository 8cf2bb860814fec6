package article

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/scenarios"
	"aftershock/scenarios/article/claims"
	"aftershock/scenarios/fixes"
)

func list(t *testing.T) []claims.Claim {
	t.Helper()
	all, err := Claims(fixes.Registry())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// tooLong are fixes whose trials do not fit into the suite: a claim that tests settle on a smaller scale names each
// of them.
var tooLong = []string{"watch-lease-bounded"}

// Each fix has to show something: one that is in no claim would be left out of the suite without notice.
func TestEveryFixShowsAClaim(t *testing.T) {
	shown := map[string]bool{}
	for _, c := range list(t) {
		for _, e := range c.Fixes {
			shown[e.Fix] = true
		}
		for _, fix := range tooLong {
			shown[fix] = shown[fix] || len(c.Tests) > 0 && strings.Contains(c.Truth, fix)
		}
	}
	for _, f := range fixes.Registry().Fixes {
		switch {
		case f.Instrument && shown[f.Name]:
			t.Errorf("%s is an instrument and shows a claim", f.Name)
		case f.Repairs() && !shown[f.Name]:
			t.Errorf("%s is in no claim: add it to scenarios/article", f.Name)
		}
	}
}

func TestClaimsOfUnknownFixesAreRefused(t *testing.T) {
	r := fixes.Registry()
	r.Fixes = slices.DeleteFunc(r.Fixes, func(f harness.Fix) bool { return f.Name == "done-leak" })
	if _, err := Claims(r); err == nil || !strings.Contains(err.Error(), `unknown fix "done-leak"`) {
		t.Errorf("got %v", err)
	}
}

// Whatever is not said in a claim, a reader of the table would have to guess.
func TestClaimsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range list(t) {
		if seen[c.Name] {
			t.Errorf("%s is there twice", c.Name)
		}
		seen[c.Name] = true
		if c.Name == "" || c.Chapter == "" || c.Says == "" || c.Article == "" || c.Truth == "" ||
			len(c.Says) > longest {
			t.Errorf("%s lacks a chapter, a figure (or NoFigure), its truth, or says more than %d letters", c.Name,
				longest)
		}
		if (c.Article != claims.NoFigure) != (c.Of != nil) || c.Of != nil &&
			(c.Of.What == "" || c.Of.When == "" || c.Of.By == "") {
			t.Errorf("%s: a figure of the article says what it is of, when, and whose it is: %+v", c.Name, c.Of)
		}
		settledBy(t, c)
		if r := c.Rule; len(c.Fixes) > 0 && (r.Expected() == claims.Undecided ||
			slices.Contains([]claims.Verdict{r.Improved, r.NoDifference, r.Regressed}, claims.Undecided) != (r.Why != "")) {
			t.Errorf("%s: a rule expects a verdict, and says why where a finding gives none: %+v", c.Name, r)
		}
		for _, e := range c.Fixes {
			if e.Times != "" && e.Unit == "" {
				t.Errorf("%s by %s: a figure that is multiplied needs a unit", c.Name, e.Fix)
			}
			if e.Needs != "" && e.Needs != errOnCancelled {
				t.Errorf("%s by %s: unknown probe %q", c.Name, e.Fix, e.Needs)
			}
		}
	}
}

// longest is what fits into a cell of the table.
const longest = 85

// settledBy wants a claim to be settled in one way: by fixes with a rule, by a probe, by the meanings of a name, or
// by tests and sources with a verdict that they prove.
func settledBy(t *testing.T, c claims.Claim) {
	t.Helper()
	ways := 0
	for _, way := range []bool{len(c.Fixes) > 0, c.Probe != "", len(c.Meanings) > 0, c.Settled != claims.Undecided} {
		if way {
			ways++
		}
	}
	if ways != 1 || len(c.Fixes) > 0 == (c.Rule == claims.Rule{}) {
		t.Errorf("%s is settled in %d ways, or has a rule without fixes", c.Name, ways)
	}
	if c.Settled != claims.Undecided && len(c.Tests)+len(c.Sources) == 0 {
		t.Errorf("%s is settled by nothing", c.Name)
	}
	for _, m := range c.Meanings {
		if len(c.Meanings) < 2 || m.Of == "" || m.Verdict == claims.Undecided || len(m.Tests) == 0 {
			t.Errorf("%s: there are several meanings, each with its verdict and a test: %+v", c.Name, m)
		}
	}
	if c.Probe != "" && c.Probe != errShare {
		t.Errorf("%s: unknown probe %q", c.Name, c.Probe)
	}
}

// The tests that claims name are there: those of this package, and those of the module below it.
func TestNamedTestsExist(t *testing.T) {
	there := map[string]bool{}
	for _, pattern := range []string{"*_test.go", "analyzers/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
					there[f.Name.Name] = true
				}
			}
		}
	}
	for _, c := range list(t) {
		for _, name := range c.AllTests() {
			if !strings.HasPrefix(name, "Test") || !there[name] {
				t.Errorf("%s is settled by %s, which is not there", c.Name, name)
			}
		}
	}
}

func TestNoScenarioIsCalledAsTheSuite(t *testing.T) {
	if slices.Contains(scenarios.Names(), Name) {
		t.Errorf("the scenario %s cannot be run: the suite has its name", Name)
	}
}
