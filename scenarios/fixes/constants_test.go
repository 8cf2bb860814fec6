package fixes_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
)

// unexplained lists the constants that only one of two arms has and that the fix does not explain, and the
// explanations of what is no such constant.
func unexplained(before, after map[string]string, why map[string]string) (all []string) {
	differ := map[string]bool{}
	for _, side := range []struct {
		arm         string
		own, others map[string]string
	}{{"before", before, after}, {"after", after, before}} {
		for _, value := range slices.Sorted(maps.Keys(side.own)) {
			word := side.own[value]
			if _, both := side.others[value]; both {
				continue
			}
			if differ[word] = true; why[word] == "" {
				all = append(all, fmt.Sprintf("only the %s arm has %s (%s)", side.arm, word, value))
			}
		}
	}
	for _, word := range slices.Sorted(maps.Keys(why)) {
		if !differ[word] {
			all = append(all, word+" is explained, and is no constant by which the arms differ")
		}
	}
	return all
}

func TestTheArmsOfAFixDifferInNoConstantThatItDoesNotExplain(t *testing.T) {
	sources, others := map[string]*source{}, map[string]*source{}
	for _, f := range fixes.All() {
		if f.Instrument {
			continue
		}
		folder := cmp.Or(f.Family, f.Name)
		if sources[folder] == nil {
			sources[folder] = read(t, folder, folder, others)
		}
		s := sources[folder]
		for _, what := range unexplained(constants(s.arm(t, f.Before)...), constants(s.arm(t, f.After)...),
			f.Constants) {
			t.Errorf("%s: %s: make it the same in both arms, or say why in Constants of %s/fix.go", f.Name, what, folder)
		}
	}
}

// arm is where an arm begins: what fix.go puts into the seam, the functions that are put there, and the type that
// they make.
func (s *source) arm(t *testing.T, fill func(*collector.Seams)) (all []place) {
	t.Helper()
	var seams collector.Seams
	fill(&seams)
	all = append(all, place{s, s.function(reflect.ValueOf(fill))})
	fields := reflect.ValueOf(seams)
	for _, seam := range fields.Fields() {
		if seam.Kind() == reflect.Func && !seam.IsNil() {
			all = append(all, place{s, s.function(seam)})
		}
	}
	for _, held := range seams.Held() {
		of := reflect.TypeOf(held)
		if of == nil || of.Kind() == reflect.Func { // a seam that the arm leaves empty
			continue
		}
		if of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		name, ours := s.pkg.Scope().Lookup(of.Name()).(*types.TypeName)
		if !ours {
			t.Fatalf("the arm's %s is no type of %s", of, s.pkg.Path())
		}
		all = append(all, s.behind(name)...)
	}
	return all
}

// function is where a function stands: the shortest that holds the line at which it begins.
func (s *source) function(f reflect.Value) (found ast.Node) {
	file, line := runtime.FuncForPC(f.Pointer()).FileLine(f.Pointer())
	for _, n := range s.funcs {
		from, to := s.files.Position(n.Pos()), s.files.Position(n.End())
		if filepath.Base(from.Filename) != filepath.Base(file) || line < from.Line || line > to.Line {
			continue
		}
		if found == nil || n.End()-n.Pos() < found.End()-found.Pos() {
			found = n
		}
	}
	return found
}

// What the fixtures have in their arms, without an explanation.
func TestAConstantOfOneArmIsFound(t *testing.T) {
	others := map[string]*source{}
	for folder, c := range map[string]struct {
		why  map[string]string
		want []string
	}{
		"two-time-outs": {nil, []string{
			"only the before arm has advised (time.Duration 10000000000)",
			"only the after arm has patience (time.Duration 100000000)",
		}},
		"planted": {nil, []string{"only the after arm has 4096 (number 4096)"}},
		"elsewhere": {nil, []string{
			"only the after arm has 1.2 (number 5404319552844595/4503599627370496 in aftershock/harness/load)",
		}},
		"explained": {map[string]string{"room": "one that grows has no size", "seed": "it was there once"}, []string{
			"seed is explained, and is no constant by which the arms differ",
		}},
	} {
		s := read(t, filepath.Join("testdata", folder), folder, others)
		from := func(name string) map[string]string { return constants(s.behind(s.pkg.Scope().Lookup(name))...) }
		if got := unexplained(from("newBefore"), from("newAfter"), c.why); !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %s\nwant %s", folder, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}
