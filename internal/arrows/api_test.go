package arrows

import (
	"bytes"
	"flag"
	"go/ast"
	"go/printer"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"aftershock/internal/golden"
)

// public are the packages that other modules import: docs/library.md lists them.
var public = []string{
	"chaos", "chaos/faults", "chaos/network", "chaos/plan", "harness", "harness/cluster", "harness/command",
	"harness/load", "results", "results/ops", "results/stat", "scenarios/precheck",
}

const apiFile = "testdata/api.txt"

// What other modules can use does not go, or get another type, unseen; CHANGELOG.md says so then. What is new breaks no
// module, and so the list gets it with the next -update (as apidiff tells incompatible changes from compatible ones).
func TestThePublicPackagesKeepWhatIsListed(t *testing.T) {
	files := map[string][]file{}
	for _, f := range tree(t) {
		if slices.Contains(public, f.pkg()) && !f.test() && f.usual() {
			files[f.pkg()] = append(files[f.pkg()], f)
		}
	}
	var lines []string
	for pkg, all := range files {
		lines = append(lines, promoted(pkg, all)...)
		for _, f := range all {
			lines = append(lines, exported(pkg, f.fset, f.ast)...)
		}
	}
	slices.Sort(lines)
	if update := flag.Lookup("update"); update.Value.String() == "true" {
		golden.Compare(t, apiFile, []byte(strings.Join(lines, "\n")+"\n"))
	}
	known, err := os.ReadFile(apiFile)
	if err != nil {
		t.Fatal(err)
	}
	listed := strings.SplitSeq(strings.TrimSpace(string(known)), "\n")
	for line := range listed {
		if !slices.Contains(lines, line) {
			t.Errorf("gone: %s", line)
		}
	}
	if t.Failed() {
		t.Log("where that is meant: go test ./internal/arrows -run Public -update")
	}
}

// exported lists what a file declares for other packages, a line each. It cuts all else off the tree.
func exported(pkg string, fset *token.FileSet, file *ast.File) (lines []string) {
	ast.FileExports(file)
	add := func(words ...any) {
		line := []string{pkg + ":"}
		for _, w := range words {
			s, ok := w.(string)
			if !ok {
				s = source(fset, w)
			}
			line = append(line, s)
		}
		lines = append(lines, strings.TrimSpace(strings.Join(line, " ")))
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			d.Body, d.Doc = nil, nil
			if d.Recv == nil || ast.IsExported(strings.TrimPrefix(source(fset, d.Recv.List[0].Type), "*")) {
				add(d)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.ValueSpec:
					for _, name := range s.Names {
						add(d.Tok.String(), name.Name, s.Type)
					}
				case *ast.TypeSpec:
					declare(s, add)
				}
			}
		}
	}
	return lines
}

// declare lists a type: its fields or methods, or what it is.
func declare(s *ast.TypeSpec, add func(...any)) {
	var parts *ast.FieldList
	what := "struct"
	switch is := s.Type.(type) {
	case *ast.StructType:
		parts = is.Fields
	case *ast.InterfaceType:
		parts, what = is.Methods, "interface"
	default:
		if s.Assign.IsValid() {
			add("type", s.Name.Name, "=", s.Type)
		} else {
			add("type", s.Name.Name, s.Type)
		}
		return
	}
	add("type", s.Name.Name, what)
	for _, p := range parts.List {
		for _, name := range p.Names {
			add("type", s.Name.Name, what+",", name.Name, p.Type)
		}
		if len(p.Names) == 0 {
			add("type", s.Name.Name, what+",", p.Type)
		}
	}
}

// source is a node as text on one line; empty for none.
func source(fset *token.FileSet, node any) string {
	if e, ok := node.(ast.Expr); node == nil || ok && e == nil {
		return ""
	}
	var text bytes.Buffer
	if err := printer.Fprint(&text, fset, node); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

func TestTheListOfTheAPIShowsEachKindOfDeclaration(t *testing.T) {
	f, err := parse("x/x.go", []byte(`package x
const A, b = 1, 2
var C, d int
// F is documented.
func F(n int) error { return nil }
func g() {}
type T struct { E int "json"; h int; I }
type I interface { M(int) string; n() }
type S string
type L = S
type u struct{ V int }
func (t *T) M() {}
func (u) W() {}
`))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(exported("x", f.fset, f.ast), "\n")
	want := "x: const A\nx: var C int\nx: func F(n int) error\nx: type T struct\nx: type T struct, E int\n" +
		"x: type T struct, I\nx: type I interface\nx: type I interface, M func(int) string\n" +
		"x: type S string\nx: type L = S\nx: func (t *T) M()"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
