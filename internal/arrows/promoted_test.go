package arrows

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"
)

// parts are the types of a package as far as methods are promoted: what each embeds, and its exported methods.
type parts struct {
	embeds  map[string][]string
	methods map[string]map[string]string // type -> name -> type of the function
}

// promoted lists the methods that exported types of a package have from types that are not exported. Callers see no
// difference between them and a type's own.
func promoted(pkg string, files []file) (lines []string) {
	p := parts{embeds: map[string][]string{}, methods: map[string]map[string]string{}}
	for _, f := range files {
		for _, d := range f.ast.Decls {
			p.take(f, d)
		}
	}
	for name := range p.embeds {
		if !ast.IsExported(name) {
			continue
		}
		for method, is := range p.from(name) {
			if _, own := p.methods[name][method]; !own {
				lines = append(lines, pkg+": func ("+name+") "+method+strings.TrimPrefix(is, "func"))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func (p parts) take(f file, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || !d.Name.IsExported() {
			return
		}
		of := strings.TrimPrefix(source(f.fset, d.Recv.List[0].Type), "*")
		if p.methods[of] == nil {
			p.methods[of] = map[string]string{}
		}
		p.methods[of][d.Name.Name] = source(f.fset, d.Type)
	case *ast.GenDecl:
		for _, s := range d.Specs {
			t, ok := s.(*ast.TypeSpec)
			if !ok {
				continue
			}
			is, ok := t.Type.(*ast.StructType)
			if !ok {
				continue
			}
			for _, field := range is.Fields.List {
				of := strings.TrimPrefix(source(f.fset, field.Type), "*")
				if len(field.Names) == 0 && !ast.IsExported(of) && !strings.Contains(of, ".") {
					p.embeds[t.Name.Name] = append(p.embeds[t.Name.Name], of)
				}
			}
		}
	}
}

// from are the methods of what a type embeds; those that lie nearer hide the others.
func (p parts) from(name string) map[string]string {
	all := map[string]string{}
	for _, of := range p.embeds[name] {
		maps.Copy(all, p.from(of))
		maps.Copy(all, p.methods[of])
	}
	return all
}

func TestTheListOfTheAPIHasPromotedMethods(t *testing.T) {
	f, err := parse("x/x.go", []byte(`package x
type T struct { *inner; other.Type; N u }
type inner struct{ core }
type core struct{}
type u struct{}
func (T) Own() {}
func (inner) Own() {}
func (i *inner) Near(n int) error { return nil }
func (core) Near() {}
func (core) Far() string { return "" }
func (core) hidden() {}
func (u) W() {}
`))
	if err != nil {
		t.Fatal(err)
	}
	got := promoted("x", []file{f})
	want := []string{"x: func (T) Far() string", "x: func (T) Near(n int) error"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}
