package stat_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// chosen is the variable that says which mutant a program is: a number from 1, or 0 for none.
const chosen = "STAT_MUTANT"

// chooser is the file that is added to a package with mutants.
const chooser = `package stat

import (
	"os"
	"strconv"
)

var chosenMutant, _ = strconv.Atoi(os.Getenv("` + chosen + `"))

func mutant[T any](number int, changed, value T) T {
	if chosenMutant == number {
		return changed
	}
	return value
}
`

// mutants are all changes of one number of this package. Each has a name: its file and function, its line, and in
// brackets the change.
type mutants struct {
	names []string
	files map[string][]byte // by name: the package with all of them
}

// mutantsOf names the mutants of the package, and makes them if asked to.
func mutantsOf(t *testing.T, build bool) *mutants {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := &mutants{files: map[string][]byte{"mutants.go": []byte(chooser)}}
	files := token.NewFileSet()
	var trees []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		if all.files[path], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		tree, err := parser.ParseFile(files, path, all.files[path], parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if build {
		config := types.Config{Importer: importer.ForCompiler(files, "source", nil)}
		if _, err := config.Check("stat", files, trees, info); err != nil {
			t.Fatal(err)
		}
	}
	for _, tree := range trees {
		all.mutate(t, files, tree, info)
	}
	return all
}

// edit puts other text in the place of some bytes.
type edit struct {
	from, to int
	text     string
}

// mutate puts a choice in the place of each number of a file.
func (m *mutants) mutate(t *testing.T, files *token.FileSet, tree *ast.File, info *types.Info) {
	t.Helper()
	name := files.Position(tree.Pos()).Filename
	lines := bytes.Split(m.files[name], []byte("\n"))
	var edits []edit
	var constants token.Pos // where the last declaration of constants ends
	constant := -1          // where it begins; -1 once it is one of variables
	var path []ast.Node     // down to a node
	ast.Inspect(tree, func(n ast.Node) bool {
		if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.CONST {
			constant, constants = files.Position(d.Pos()).Offset, d.End()
		}
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		path = append(path, n)
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.INT && literal.Kind != token.FLOAT {
			return true
		}
		named := literal.Pos() < constants
		if named && constant >= 0 { // what can be chosen is no constant
			edits, constant = append(edits, edit{constant, constant + len("const"), "var"}), -1
		}
		at := files.Position(literal.Pos())
		line, after := string(lines[at.Line-1]), at.Column-1+len(literal.Value)
		kind, text := typeOf(info, path), literal.Value
		for _, value := range changed(t, literal, named) {
			m.names = append(m.names, fmt.Sprintf("%s%s: %s[%s -> %s]%s", name, function(path),
				strings.TrimLeft(line[:at.Column-1], "\t"), literal.Value, value, line[after:]))
			text = fmt.Sprintf("mutant[%s](%d, %s, %s)", kind, len(m.names), value, text)
		}
		edits = append(edits, edit{at.Offset, at.Offset + len(literal.Value), text})
		return true
	})
	for _, e := range slices.Backward(edits) {
		m.files[name] = slices.Concat(m.files[name][:e.from], []byte(e.text), m.files[name][e.to:])
	}
}

// typeOf gives the type of the last node of a path down to a number. Where that has none of its own, it is the type of
// the arithmetic that it is a part of.
func typeOf(info *types.Info, path []ast.Node) string {
	var kind types.Type
climb:
	for _, n := range slices.Backward(path) {
		switch n := n.(type) {
		case *ast.BasicLit, *ast.UnaryExpr, *ast.BinaryExpr, *ast.ParenExpr:
			kind = info.Types[n.(ast.Expr)].Type
		case *ast.CallExpr:
			if !info.Types[n.Fun].IsBuiltin() { // such as min and max
				break climb
			}
			kind = info.Types[n].Type
		default:
			break climb
		}
		if b, ok := kind.(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
			break
		}
	}
	if kind == nil {
		return ""
	}
	return types.TypeString(types.Default(kind), func(*types.Package) string { return "" })
}

// changed gives what a number is changed to: a whole number to one more, and a constant that has a name also to one
// less; a fraction to a tenth more, and to a tenth less.
func changed(t *testing.T, literal *ast.BasicLit, named bool) (values []string) {
	t.Helper()
	x, err := strconv.ParseFloat(literal.Value, 64)
	if err != nil {
		t.Fatal(err)
	}
	add := func(x float64) { values = append(values, strconv.FormatFloat(x, 'g', -1, 64)) }
	whole := literal.Kind == token.INT
	switch {
	case whole:
		if add(x + 1); named {
			add(x - 1)
		}
	case x == 0:
		add(0.1)
	default:
		add(1.1 * x)
		add(0.9 * x)
	}
	return values
}

// function is the function that a path leads into, after a comma; nothing for a declaration.
func function(path []ast.Node) string {
	if f, ok := path[1].(*ast.FuncDecl); ok {
		return ", " + f.Name.Name
	}
	return ""
}
