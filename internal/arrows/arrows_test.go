package arrows

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// violations lists the imports that point the wrong way, and the packages that no rule knows. Tests may import what
// they like.
func violations(rules []rule, files []file) (all []string) {
	for _, f := range files {
		if f.test() {
			continue
		}
		r, ok := ruleFor(rules, f.pkg())
		if !ok {
			all = append(all, fmt.Sprintf("%s: no rule says what package %s may import: decide, and add it to rules",
				f.path, f.pkg()))
			continue
		}
		for at, imported := range f.imports() {
			ours, inside := strings.CutPrefix(imported, module+"/")
			if !inside || r.allows(ours) {
				continue
			}
			may := strings.Join(r.may, ", ")
			if may == "" {
				may = "nothing of ours"
			}
			all = append(all, fmt.Sprintf("%s: %s imports %s (allowed: %s)", f.at(at), f.pkg(), ours, may))
		}
	}
	slices.Sort(all)
	return all
}

func TestArrows(t *testing.T) {
	report(t, violations(rules, tree(t)))
}

// A rule without a package is left over from a package that was renamed.
func TestEveryRuleHasItsPackage(t *testing.T) {
	used := map[string]bool{}
	for _, f := range tree(t) {
		if r, ok := ruleFor(rules, f.pkg()); ok {
			used[r.pkg] = true
		}
	}
	for _, r := range rules {
		if !used[r.pkg] {
			t.Errorf("no package follows the rule of %s", r.pkg)
		}
	}
}

// Whatever else the rules come to allow: the two wings meet in files, and neither harm nor records know who uses them.
func TestRulesKeepTheWingsApart(t *testing.T) {
	for _, r := range rules {
		below, _, _ := strings.Cut(r.pkg, "/")
		for _, may := range r.may {
			to, _, _ := strings.Cut(may, "/")
			switch {
			case (below == "chaos" || below == "results") && (to == "harness" || to == "scenarios"),
				below == "chaos" && to == "results", below == "results" && to == "chaos",
				below == "harness" && to == "scenarios", to == "cmd", below == "internal" && to != "internal":
				t.Errorf("the rule of %s allows %s", r.pkg, may)
			}
		}
	}
}

// The check finds what it is there for.
func TestViolationsAreFound(t *testing.T) {
	for _, c := range []struct{ name, path, source, want string }{
		{"left from right", "results/summary/x.go", "import \"aftershock/harness\"",
			"results/summary/x.go:2:8: results/summary imports harness (allowed: results, results/manifest, results/ops, results/stat, internal/*)"},
		{"chaos and scenarios", "chaos/x.go", "import \"aftershock/scenarios/collector\"",
			"chaos/x.go:2:8: chaos imports scenarios/collector (allowed: chaos/network, chaos/plan, internal/*)"},
		{"the player and its catalogue", "chaos/x.go", "import \"aftershock/chaos/faults\"",
			"chaos/x.go:2:8: chaos imports chaos/faults (allowed: chaos/network, chaos/plan, internal/*)"},
		{"nothing at all", "results/stat/x.go", "import \"aftershock/internal/nearest\"",
			"results/stat/x.go:2:8: results/stat imports internal/nearest (allowed: nothing of ours)"},
		{"a clock in the plan", "chaos/plan/x.go", "import \"aftershock/internal/clock\"",
			"chaos/plan/x.go:2:8: chaos/plan imports internal/clock (allowed: internal/document, internal/nearest, internal/problem, "},
		{"a process in a value", "internal/units/x.go", "import \"aftershock/internal/process\"",
			"internal/units/x.go:2:8: internal/units imports internal/process (allowed: internal/document, internal/nearest, "},
		{"under another name", "harness/load/x.go", "import h \"aftershock/harness\"",
			"harness/load/x.go:2:8: harness/load imports harness (allowed: results/ops, internal/*)"},
		{"for its effects", "harness/load/x.go", "import _ \"aftershock/chaos\"",
			"harness/load/x.go:2:8: harness/load imports chaos "},
		{"the second of a group", "scenarios/fixes/null/x.go", "import (\n\"fmt\"\n\"aftershock/scenarios/fixes/control\"\n)",
			"scenarios/fixes/null/x.go:4:1: scenarios/fixes/null imports scenarios/fixes/control (allowed: "},
		{"only what is below", "harness/load/frozen/x.go", "import \"aftershock/results/operations\"",
			"harness/load/frozen/x.go:2:8: harness/load/frozen imports results/operations (allowed: "},
		{"a folder without a rule", "results/fresh/x.go", "",
			"results/fresh/x.go: no rule says what package results/fresh may import: decide, and add it to rules"},
		{"allowed", "results/report/x.go", "import (\n\"os\"\n\"aftershock/results/stat\"\n\"example.org/x\"\n)", ""},
		{"allowed below", "harness/x.go", "import \"aftershock/harness/load/frozen\"", ""},
		{"a test", "results/stat/x_test.go", "import \"aftershock/harness\"", ""},
		{"another module", "results/stat/x.go", "import \"aftershocks.example/harness\"", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := violations(rules, made(t, map[string]string{c.path: "package x\n" + c.source}))
			if c.want == "" && len(got) == 0 {
				return
			}
			if len(got) != 1 || c.want == "" || !strings.HasPrefix(got[0], c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}
