package arrows

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// pure are the packages that have no goroutine, clock, file or socket: what they give follows from what they are given.
var pure = []string{
	"chaos/plan", "results/bisect", "results/bisect/simulation", "results/gate", "results/stat",
	"results/stat/simulation", "results/trend", "results/trend/simulation",
}

var (
	outside = []string{"os", "os/*", "net", "net/*", "io/fs", "io/ioutil", "syscall", "golang.org/x/sys/*",
		"crypto/rand"}
	clocks = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
)

// impurities lists what a file of a pure package must not hold.
func impurities(f file) (all []string) {
	clock := ""
	for at, imported := range f.imports() {
		if (rule{may: outside}).allows(imported) {
			all = append(all, fmt.Sprintf("%s: %s is pure and imports %s (not allowed: %s)",
				f.at(at), f.pkg(), imported, strings.Join(outside, ", ")))
		}
	}
	for _, spec := range f.ast.Imports {
		if spec.Path.Value != `"time"` {
			continue
		}
		if clock = "time"; spec.Name != nil {
			clock = spec.Name.Name
		}
		if clock == "." {
			all = append(all, fmt.Sprintf("%s: %s is pure and imports time without its name, which hides clocks",
				f.at(spec.Pos()), f.pkg()))
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			all = append(all, fmt.Sprintf("%s: %s is pure and starts a goroutine", f.at(n.Pos()), f.pkg()))
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && clock != "" && x.Name == clock && slices.Contains(clocks, n.Sel.Name) {
				all = append(all, fmt.Sprintf("%s: %s is pure and uses time.%s (not allowed: %s)",
					f.at(n.Pos()), f.pkg(), n.Sel.Name, strings.Join(clocks, ", ")))
			}
		}
		return true
	})
	slices.Sort(all)
	return all
}

func TestPure(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range tree(t) {
		if slices.Contains(pure, f.pkg()) && !f.test() {
			seen[f.pkg()] = true
			report(t, impurities(f))
		}
	}
	for _, p := range pure {
		if !seen[p] {
			t.Errorf("no package %s", p)
		}
	}
}

func TestImpuritiesAreFound(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"a goroutine", "func f() { go f() }", "x.go:2:12: in is pure and starts a goroutine"},
		{"a nested one", "var f = func() { for { go func() {}() } }", "x.go:2:24: in is pure and starts a goroutine"},
		{"the time", "import \"time\"\nvar at = time.Now()", "x.go:3:10: in is pure and uses time.Now (not allowed: "},
		{"as a value", "import \"time\"\nvar now = time.Now", "x.go:3:11: in is pure and uses time.Now (not allowed: "},
		{"by another name", "import wall \"time\"\nvar at = wall.Since", "x.go:3:10: in is pure and uses time.Since "},
		{"without a name", "import . \"time\"", "x.go:2:8: in is pure and imports time without its name"},
		{"sleep", "import \"time\"\nfunc f() { time.Sleep(1) }", "x.go:3:12: in is pure and uses time.Sleep "},
		{"a timer", "import \"time\"\nvar c = time.After(1)", "x.go:3:9: in is pure and uses time.After "},
		{"a ticker", "import \"time\"\nvar c = time.NewTicker(1)", "x.go:3:9: in is pure and uses time.NewTicker "},
		{"files", "import \"os\"", "x.go:2:8: in is pure and imports os (not allowed: os, os/*, net, "},
		{"processes", "import \"os/exec\"", "x.go:2:8: in is pure and imports os/exec "},
		{"sockets", "import \"net\"", "x.go:2:8: in is pure and imports net "},
		{"a client", "import \"net/http\"", "x.go:2:8: in is pure and imports net/http "},
		{"a file system", "import \"io/fs\"", "x.go:2:8: in is pure and imports io/fs "},
		{"system calls", "import \"golang.org/x/sys/unix\"", "x.go:2:8: in is pure and imports golang.org/x/sys/unix "},
		{"beside a duration", "import \"time\"\nvar d = time.Second + time.Until(x)",
			"x.go:3:23: in is pure and uses time.Until "},
		{"durations", "import \"time\"\nvar d = 2*time.Second", ""},
		{"another's method", "type clock struct{}\nfunc (clock) Now() {}\nfunc f(time clock) { time.Now() }", ""},
		{"seeded randomness", "import \"math/rand/v2\"\nfunc f(r *rand.Rand) { r.IntN(2) }", ""},
		{"names that begin alike", "import (\n\"network\"\n\"osmosis\"\n)", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := impurities(made(t, map[string]string{"in/x.go": "package x\n" + c.source})[0])
			if c.want == "" && len(got) == 0 {
				return
			}
			if len(got) != 1 || c.want == "" || !strings.HasPrefix(got[0], "in/"+c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}
