package arrows

import (
	"go/ast"
	"os"
	"slices"
	"strings"
	"testing"
)

// beside are packages that call what they are given on goroutines of their own.
var beside = []string{
	"net/http", "net/http/*", "os/signal", "golang.org/x/sync/*", "google.golang.org/grpc", "google.golang.org/grpc/*",
	"go.etcd.io/*",
}

// started lists where a file starts a goroutine, or hands a function over to be called on one.
func started(f file) (all []string) {
	for at, imported := range f.imports() {
		if (rule{may: beside}).allows(imported) {
			all = append(all, f.at(at)+": imports "+imported)
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			all = append(all, f.at(n.Pos())+": starts a goroutine")
		case *ast.CallExpr:
			x, ok := n.Fun.(*ast.SelectorExpr)
			if ok && slices.Contains([]string{"Go", "AfterFunc"}, x.Sel.Name) {
				all = append(all, f.at(n.Pos())+": calls "+x.Sel.Name)
			}
		}
		return true
	})
	slices.Sort(all)
	return all
}

// What make test spares the race detector starts no goroutine. What it imports may: that has tests of its own.
func TestWhatIsTestedWithoutTheRaceDetectorStartsNoGoroutine(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(makefile), "\nSINGLE := ")
	spared, _, found := strings.Cut(strings.ReplaceAll(rest, "\\\n", " "), "\n")
	if !found {
		t.Fatal("the Makefile has no line that begins with SINGLE := ")
	}
	files := tree(t)
	for p := range strings.FieldsSeq(spared) {
		known := false
		for _, f := range files {
			if f.pkg() == strings.TrimPrefix(p, "./") {
				known = true
				report(t, started(f))
			}
		}
		if !known {
			t.Errorf("no package %s", p)
		}
	}
}

func TestGoroutinesAreFound(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"none", "import \"os\"\nfunc f() { os.Getpid() }", ""},
		{"a statement", "func f() { go f() }", "in/x.go:2:12: starts a goroutine"},
		{"a nested one", "var f = func() { for { go func() {}() } }", "in/x.go:2:24: starts a goroutine"},
		{"a group's", "func f(g group) { g.Go(f) }", "in/x.go:2:19: calls Go"},
		{"a timer's", "import \"time\"\nfunc f() { time.AfterFunc(1, f) }", "in/x.go:3:12: calls AfterFunc"},
		{"a server's", "import \"net/http/httptest\"", "in/x.go:2:8: imports net/http/httptest"},
		{"a client's", "import \"go.etcd.io/etcd/client/v3\"", "in/x.go:2:8: imports go.etcd.io/etcd/client/v3"},
		{"a version of Go", "func f(v version) { _ = v.Go }", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(started(made(t, map[string]string{"in/x.go": "package x\n" + c.source})[0]), "\n")
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}
