package arrows

import (
	"errors"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is what every path of ours begins with.
const module = "aftershock"

// file is a Go file of the module.
type file struct {
	path  string // within the module, with slashes
	lines int
	fset  *token.FileSet
	ast   *ast.File
}

// pkg is the folder, which names the package.
func (f file) pkg() string { return path.Dir(f.path) }

func (f file) test() bool { return strings.HasSuffix(f.path, "_test.go") }

// withoutServer is the tag of builds that have no etcd of their own.
const withoutServer = "withoutserver"

// usual tells whether a build without tags has the file.
func (f file) usual() bool {
	for _, group := range f.ast.Comments {
		for _, line := range group.List {
			if expr, err := constraint.Parse(line.Text); err == nil && line.Pos() < f.ast.Package {
				return expr.Eval(func(tag string) bool { return tag != withoutServer })
			}
		}
	}
	return true
}

// at gives a place in the file, as an editor understands it.
func (f file) at(p token.Pos) string { return f.fset.Position(p).String() }

// imports gives the import paths by their place.
func (f file) imports() map[token.Pos]string {
	paths := map[token.Pos]string{}
	for _, spec := range f.ast.Imports {
		if name, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths[spec.Pos()] = name
		}
	}
	return paths
}

func parse(name string, source []byte) (file, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	return file{path: name, lines: strings.Count(string(source), "\n"), fset: fset, ast: tree}, err
}

// load parses every Go file below a folder, those of test data left out.
func load(root string) (files []file, err error) {
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && leftOut(d.Name()) {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		f, err := parse(filepath.ToSlash(inside), source)
		files = append(files, f)
		return err
	})
	return files, err
}

// leftOut tells whether the go command passes over a folder of that name.
func leftOut(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// moduleRoot is the folder with go.mod.
func moduleRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return root
		} else if !errors.Is(err, os.ErrNotExist) || root == filepath.Dir(root) {
			t.Fatalf("no go.mod above this test: %v", err)
		}
		root = filepath.Dir(root)
	}
}

// written lists the files that we write, and not those that git ignores, by their path below the root.
func written(t *testing.T, root string) (paths []string) {
	t.Helper()
	ignored, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	skipped := strings.Fields(string(ignored))
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(root, name)
		inside = filepath.ToSlash(inside)
		if d.IsDir() && (inside == ".git" || slices.Contains(skipped, "/"+inside+"/")) {
			return fs.SkipDir
		}
		if d.Type().IsRegular() && prose.MatchString(inside) && !exempt.MatchString(inside) {
			paths = append(paths, inside)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// tree is the module's own files.
func tree(t *testing.T) []file {
	t.Helper()
	root := moduleRoot(t)
	files, err := load(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("%d Go files below %s: the tree was not found", len(files), root)
	}
	return files
}

// made parses sources that a test made up, by their paths.
func made(t *testing.T, sources map[string]string) (files []file) {
	t.Helper()
	for name, source := range sources {
		f, err := parse(name, []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// report fails a test with each problem.
func report(t *testing.T, problems []string) {
	t.Helper()
	for _, p := range problems {
		t.Error(p)
	}
}
