// Package analyzers holds tests of what staticcheck and vet find, and do not find, of what the article says that
// they find, and of what it says about other versions of modules than ours: a log that has WithContext, and its own
// client of etcd. It is a module of its own, so that users of aftershock do not need them.
package analyzers

import (
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"honnef.co/go/tools/analysis/lint"
	"honnef.co/go/tools/simple"
	"honnef.co/go/tools/staticcheck"
)

func TestSA1027IsAboutAlignment(t *testing.T) {
	for _, a := range staticcheck.Analyzers {
		if a.Analyzer.Name != "SA1027" {
			continue
		}
		doc := a.Doc.Compile()
		if !strings.Contains(doc.Title, "64-bit aligned") || strings.Contains(strings.ToLower(doc.Text), "cancel") {
			t.Errorf("SA1027 is %q: %s", doc.Title, doc.Text)
		}
		return
	}
	t.Error("staticcheck has no SA1027")
}

// findings runs all checks of staticcheck about mistakes and simplicity on packages below testdata, and gives what each was
// found to have. Facts are computed from the source of everything imported, which is why the packages are loaded at once.
func findings(t *testing.T, names ...string) map[string][]string {
	t.Helper()
	var paths []string
	for _, name := range names {
		paths = append(paths, "./testdata/"+name)
	}
	loaded, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax}, paths...)
	if err != nil || packages.PrintErrors(loaded) > 0 {
		t.Fatalf("%s cannot be loaded: %v", names, err)
	}
	var analyzers []*analysis.Analyzer
	for _, list := range [][]*lint.Analyzer{staticcheck.Analyzers, simple.Analyzers} {
		for _, a := range list {
			analyzers = append(analyzers, a.Analyzer)
		}
	}
	graph, err := checker.Analyze(analyzers, loaded, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, root := range graph.Roots {
		if root.Err != nil {
			t.Fatalf("%s: %v", root.Analyzer.Name, root.Err)
		}
		for _, d := range root.Diagnostics {
			all[root.Package.Name] = append(all[root.Package.Name], root.Analyzer.Name+": "+d.Message)
		}
	}
	return all
}

// vet is what go vet says of a package below testdata; empty when it has nothing to say.
func vet(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "vet", "./testdata/"+name).CombinedOutput()
	if (err == nil) != (len(out) == 0) {
		t.Fatalf("go vet: %v, %s", err, out)
	}
	return string(out)
}

func TestNoAnalyzerFindsACancelFuncInAMap(t *testing.T) {
	found := findings(t, "found", "cancels")
	if said := strings.Join(found["found"], "\n"); !strings.Contains(said, "SA1029") {
		t.Fatalf("staticcheck did not look: %q", said)
	}
	if said := vet(t, "found"); !strings.Contains(said, "should be called, not discarded") {
		t.Fatalf("vet did not look: %q", said)
	}
	if said := found["cancels"]; len(said) > 0 {
		t.Errorf("staticcheck: %q", said)
	}
	if said := vet(t, "cancels"); said != "" {
		t.Errorf("vet: %s", said)
	}
}
