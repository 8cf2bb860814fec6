package harness

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/ops"
)

type described struct {
	Workload
	counters []ops.Counter
}

func (d described) Describe() Description {
	return Description{Streams: []Served{{Name: "batch", Role: ops.Primary}}, Counters: d.counters}
}

// made is a fix whose arms hold these; its workload has a counter of its own.
func made(name string, before, after any) Fix {
	return Fix{
		Fix: results.Fix{Name: name},
		Holds: func(side results.Arm) any {
			if side == results.Before {
				return before
			}
			return after
		},
		Workload: func(results.Arm) Workload {
			return described{counters: []ops.Counter{{Name: "all"}, {Name: name}}}
		},
	}
}

// arms prints groups as "name: arm arm; fix=before/after".
func arms(groups []group) (lines []string) {
	for _, g := range groups {
		var names, fixes []string
		for _, a := range g.Arms {
			names = append(names, string(a.Name))
		}
		for _, f := range g.fixes {
			fixes = append(fixes, f.Name+"="+string(f.Arms.Before)+"/"+string(f.Arms.After))
		}
		lines = append(lines, g.Name+": "+strings.Join(names, " ")+"; "+strings.Join(fixes, " "))
	}
	return lines
}

func TestGroups(t *testing.T) {
	instrument := func(name string) Fix { f := made(name, 0, 0); f.Holds = nil; return f }
	phases := func(name string) Fix { f := made(name, 0, 0); f.Against = results.Steady; return f }
	for name, c := range map[string]struct {
		fixes []Fix
		want  []string
	}{
		"phases of one arm": {[]Fix{phases("p")}, []string{"p: p; p=p/p"}},
		"phases of an arm that is run": {
			[]Fix{made("a", 1, 0), phases("p")}, []string{"a+1: a-before after; a=a-before/after p=after/after"},
		},
		"alone": {[]Fix{made("a", 1, 0)}, []string{"a: before after; a=before/after"}},
		"a shared after": {
			[]Fix{made("a", 1, 0), made("b", 2, 0), made("c", 3, 0)},
			[]string{"a+2: a-before after b-before c-before; a=a-before/after b=b-before/after c=c-before/after"},
		},
		"a shared before": {
			[]Fix{made("v1", 0, 1), made("v2", 0, 2)}, []string{"v1+1: before v1-after v2-after; v1=before/v1-after v2=before/v2-after"},
		},
		"two variants compared": {
			[]Fix{made("v1", 0, 1), made("v2", 0, 2), made("advice", 1, 2)},
			[]string{"v1+2: v1-before v1-after v2-after; v1=v1-before/v1-after v2=v1-before/v2-after advice=v1-after/v2-after"},
		},
		"nothing shared": {
			[]Fix{made("a", 1, 0), made("b", 2, 3)}, []string{"a: before after; a=before/after", "b: before after; b=before/after"},
		},
		"joined by a third": {
			[]Fix{made("a", 1, 2), made("x", 8, 9), made("b", 3, 4), made("c", 2, 3)},
			[]string{"a+2: a-before a-after b-before b-after; a=a-before/a-after b=b-before/b-after c=a-after/b-before", "x: before after; x=before/after"},
		},
		"instruments": {
			[]Fix{instrument("null"), made("a", 1, 0), instrument("control"), made("b", 2, 0)},
			[]string{
				"null: before after; null=before/after", "a+1: a-before after b-before; a=a-before/after b=b-before/after",
				"control: before after; control=before/after",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := arms(groupsOf(c.fixes)); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// Every trial of a block counts what any of its fixes counts: otherwise two arms would differ in their audits.
func TestAGroupDeclaresAllCounters(t *testing.T) {
	groups := groupsOf([]Fix{made("a", 1, 0), made("b", 2, 0)})
	d, err := groups[0].describe()
	var names []string
	for _, c := range d.Counters {
		names = append(names, c.Name)
	}
	if want := []string{"all", "a", "b"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("counters %v, %v; want %v", names, err, want)
	}
	other := made("b", 2, 0)
	other.Workload = func(results.Arm) Workload { return described{counters: []ops.Counter{{Name: "all", Unit: "leases"}}} }
	if _, err := groupsOf([]Fix{made("a", 1, 0), other})[0].describe(); err == nil {
		t.Error("one counter with two meanings was taken")
	}
}
