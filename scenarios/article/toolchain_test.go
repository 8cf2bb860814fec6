package article

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/metrics"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"
)

// sourceOf parses a package of the Go in use, without its tests.
func sourceOf(t *testing.T, pkg string) (files []*ast.File) {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "src", pkg, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no source of %s: %v", pkg, err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// identifiers are all names that a package's source uses, and how often; words are its string literals.
func identifiers(files []*ast.File) (names, words map[string]int) {
	names, words = map[string]int{}, map[string]int{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				names[n.Name]++
			case *ast.BasicLit:
				if word, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
					words[word]++
				}
			}
			return true
		})
	}
	return names, words
}

func TestMapsAreSwissTables(t *testing.T) {
	old, _ := identifiers(sourceOf(t, "runtime"))
	for _, name := range []string{"hmap", "oldbuckets", "evacuate"} {
		if old[name] > 0 {
			t.Errorf("the runtime has %s", name)
		}
	}
	if old["mapassign_faststr"] == 0 {
		t.Error("the runtime's source was not found: it has no mapassign_faststr")
	}
	tables, _ := identifiers(sourceOf(t, "internal/runtime/maps"))
	for _, name := range []string{"directory", "rehash", "split", "ctrlGroup"} {
		if tables[name] == 0 {
			t.Errorf("internal/runtime/maps has no %s", name)
		}
	}
}

// The settings of GODEBUG are in two tables: that of the libraries, and the runtime's own.
func TestGodebugHasNoDetailedMapTrace(t *testing.T) {
	const setting = "detailedmaptrace"
	_, libraries := identifiers(sourceOf(t, "internal/godebugs"))
	_, own := identifiers(sourceOf(t, "runtime"))
	if libraries["http2client"] == 0 || own["gctrace"] == 0 {
		t.Fatal("the tables of settings were not found")
	}
	if libraries[setting]+own[setting] > 0 {
		t.Errorf("GODEBUG has %s", setting)
	}
	for _, m := range metrics.All() {
		if strings.Contains(m.Name, setting) {
			t.Errorf("the runtime counts %s", m.Name)
		}
	}
	child := exec.Command(os.Args[0], "-test.run=^TestOneAssignmentIsIndivisible$")
	child.Env = append(os.Environ(), "GODEBUG="+setting+"=1")
	var errs bytes.Buffer
	child.Stderr = &errs
	if err := child.Run(); err != nil || errs.Len() > 0 {
		t.Errorf("it is not ignored without a word: %v, %s", err, &errs)
	}
}

func TestPprofHasNoLimit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "profile")
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 0); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, profile.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "tool", "pprof", "-top", "-cum", "-limit=20", file).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "flag provided but not defined: -limit") {
		t.Errorf("on the command line: %v, %s", err, out)
	}
	shell := exec.Command("go", "tool", "pprof", file)
	shell.Stdin = strings.NewReader("top -cum -limit=20\n")
	out, err = shell.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "ignore=limit=20") {
		t.Errorf("in its shell it is no pattern of what to leave out: %v, %s", err, out)
	}
	shell = exec.Command("go", "tool", "pprof", file)
	shell.Stdin = strings.NewReader("top1 -cum\n")
	if out, err = shell.CombinedOutput(); err != nil || strings.Contains(string(out), "ignore=") {
		t.Errorf("top1 -cum: %v, %s", err, out)
	}
}
