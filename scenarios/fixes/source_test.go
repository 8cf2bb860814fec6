package fixes_test

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// source is a package's code with its types, without its tests.
type source struct {
	t     *testing.T
	files *token.FileSet
	info  types.Info
	pkg   *types.Package
	// declared is where each object of the package stands: a function, a constant, a variable, or a type.
	declared map[types.Object]ast.Node
	methods  map[*types.TypeName][]types.Object
	funcs    []ast.Node         // all functions, with a name and without
	others   map[string]*source // other packages of this project, by their paths
}

// place is where something stands: a node, and the source that has it.
type place struct {
	in   *source
	node ast.Node
}

// exports are the compiled packages that the fixes import, as the go command has them.
var exports = sync.OnceValues(func() (map[string]string, error) {
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}={{.Export}}", "./...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		path, file, _ := strings.Cut(lines.Text(), "=")
		found[path] = file
	}
	return found, nil
})

// read reads the package in a folder as the one with a path. Others are those that were read before.
func read(t *testing.T, folder, path string, others map[string]*source) *source {
	t.Helper()
	compiled, err := exports()
	if err != nil {
		t.Fatal(err)
	}
	s := &source{
		t: t, others: others,
		files: token.NewFileSet(), declared: map[types.Object]ast.Node{}, methods: map[*types.TypeName][]types.Object{},
		info: types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{},
			Defs: map[*ast.Ident]types.Object{}},
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	var parsed []*ast.File
	for _, name := range names {
		built, bad := build.Default.MatchFile(filepath.Split(name))
		if bad != nil {
			t.Fatal(bad)
		}
		if strings.HasSuffix(name, "_test.go") || !built {
			continue
		}
		file, err := parser.ParseFile(s.files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
	}
	if err != nil || len(parsed) == 0 {
		t.Fatalf("%s has no source: %v", folder, err)
	}
	by := importer.ForCompiler(s.files, "gc",
		func(path string) (io.ReadCloser, error) { return os.Open(compiled[path]) })
	if s.pkg, err = (&types.Config{Importer: by}).Check(path, s.files, parsed, &s.info); err != nil {
		t.Fatal(err)
	}
	for _, file := range parsed {
		s.index(file)
	}
	return s
}

// index notes where a file's objects stand.
func (s *source) index(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			s.funcs, s.declared[s.info.Defs[n.Name]] = append(s.funcs, n), n
			if receiver := s.info.Defs[n.Name].(*types.Func).Signature().Recv(); receiver != nil {
				name := named(receiver.Type())
				s.methods[name] = append(s.methods[name], s.info.Defs[n.Name])
			}
		case *ast.FuncLit:
			s.funcs = append(s.funcs, n)
		case *ast.ValueSpec:
			for _, name := range n.Names {
				s.declared[s.info.Defs[name]] = n
			}
		case *ast.TypeSpec:
			s.declared[s.info.Defs[n.Name]] = n
		}
		return true
	})
}

// named is the name of a type, or of what it points to; nil for a type without one.
func named(t types.Type) *types.TypeName {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	switch t := t.(type) {
	case *types.Named:
		return t.Obj()
	case *types.Alias:
		return t.Obj()
	}
	return nil
}

// constants are the constants of some places and of all that these use in this project: the methods of each type of the
// fix, the functions and methods that are called, wherever they stand, the constants by their names. Each value has the
// word by which the source knows it: its name, or the expression. One of another package says so, and is not taken for
// the same value of the fix.
func constants(from ...place) map[string]string {
	found, seen := map[string]string{}, map[ast.Node]bool{}
	home := from[0].in
	for len(from) > 0 {
		at := from[0]
		if from = from[1:]; at.node == nil || seen[at.node] {
			continue
		}
		seen[at.node] = true
		s := at.in
		ast.Inspect(at.node, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok && s.info.Types[e].Value != nil {
				value := s.value(e)
				if value != "" && s != home {
					value += " in " + s.pkg.Path()
				}
				if value != "" {
					found[value] = types.ExprString(e)
				}
				return false
			}
			if id, ok := n.(*ast.Ident); ok {
				from = append(from, s.behind(s.info.Uses[id])...)
			}
			return true
		})
	}
	return found
}

// behind is where an object stands, and, for a type of the fix, its methods. Nothing is behind what other projects
// declare, and behind a field.
func (s *source) behind(o types.Object) (all []place) {
	if o == nil || o.Pkg() == nil {
		return nil
	}
	if o.Pkg() != s.pkg {
		other, own := s.other(o.Pkg().Path())
		if !own {
			return nil
		}
		return other.called(o)
	}
	if node := s.declared[o]; node != nil {
		all = append(all, place{s, node})
	}
	if name, ok := o.(*types.TypeName); ok {
		for _, method := range s.methods[name] {
			all = append(all, place{s, s.declared[method]})
		}
	}
	return all
}

// other is the source of another package of this project.
func (s *source) other(path string) (_ *source, own bool) {
	folder, own := strings.CutPrefix(path, "aftershock/")
	if !own {
		return nil, false
	}
	if s.others[path] == nil {
		s.others[path] = read(s.t, filepath.Join("..", "..", filepath.FromSlash(folder)), path, s.others)
	}
	return s.others[path], true
}

// called is where a function or a method of the package stands, which the compiled package has as another object.
func (s *source) called(o types.Object) []place {
	function, ok := o.(*types.Func)
	if !ok {
		return nil
	}
	receiver := function.Signature().Recv()
	if receiver == nil {
		return s.behind(s.pkg.Scope().Lookup(o.Name()))
	}
	name := named(receiver.Type())
	if name == nil { // an interface without a name
		return nil
	}
	of, _ := s.pkg.Scope().Lookup(name.Name()).(*types.TypeName)
	for _, method := range s.methods[of] {
		if method.Name() == o.Name() {
			return s.behind(method)
		}
	}
	return nil
}

// value is a number with its type; empty for truths, words and codes of errors, which name things, for nothing at all,
// and for the plain 1 by which code counts and indexes. A duration of 1 ns is none of these.
func (s *source) value(e ast.Expr) string {
	tv := s.info.Types[e]
	basic, plain := tv.Type.(*types.Basic)
	if kind := tv.Value.Kind(); kind == constant.Bool || kind == constant.String ||
		tv.Type.String() == "google.golang.org/grpc/codes.Code" {
		return ""
	}
	if n, exact := constant.Int64Val(constant.ToInt(tv.Value)); exact && (n == 0 || n == 1 && plain) {
		return ""
	}
	if plain && basic.Info()&types.IsNumeric != 0 {
		return "number " + tv.Value.ExactString() // 5 is the same as an int and as a uint64
	}
	return fmt.Sprintf("%s %s", types.TypeString(tv.Type, (*types.Package).Name), tv.Value.ExactString())
}
