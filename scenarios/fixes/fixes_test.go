package fixes_test

import (
	"os"
	"reflect"
	"slices"
	"testing"

	"aftershock/results"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
	contextisolation "aftershock/scenarios/fixes/context-isolation"
	"aftershock/scenarios/fixes/control"
	lockacrossrpc "aftershock/scenarios/fixes/lock-across-rpc"
	"aftershock/scenarios/fixes/null"
	nullsteady "aftershock/scenarios/fixes/null-steady"
	withinmargin "aftershock/scenarios/fixes/within-margin"
)

func TestTheOrderInWhichFixesAreListed(t *testing.T) {
	want := []string{"context-isolation", "lock-across-rpc", "null", "null-steady", "control", "within-margin"}
	if got := fixes.Registry().Names(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryFolderIsAFixOfItsName(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, e.Name())
		}
	}
	names := fixes.Registry().Names()
	slices.Sort(names)
	if !slices.Equal(names, folders) {
		t.Errorf("the fixes are %q, the folders %q", names, folders)
	}
}

func TestEveryFixSaysHowItIsJudged(t *testing.T) {
	units := map[string]string{} // of the counters, as triggers show them
	for _, c := range collector.New(collector.Seams{}).Describe().Counters {
		units[c.Name] = map[string]string{"ns": "s"}[c.Unit]
		if units[c.Name] == "" {
			units[c.Name] = c.Unit
		}
	}
	for _, f := range fixes.Registry().Fixes {
		if f.Summary == "" || f.Primary.Name == "" || f.Primary.Phase == "" || len(f.Guards) == 0 {
			t.Errorf("%s lacks a summary, a primary metric or guards: %+v", f.Name, f.Fix)
		}
		if slices.Contains(f.Guards, f.Primary) {
			t.Errorf("%s: its primary metric %s guards itself", f.Name, f.Primary)
		}
		if !f.Instrument && (f.Claim == "" || f.Article == "") {
			t.Errorf("%s does not say what the article says", f.Name)
		}
		if f.Instrument && f.Claim+f.Article != "" {
			t.Errorf("%s is an instrument, about which the article says nothing", f.Name)
		}
		trigger := f.Trigger
		switch {
		case f.Primary.Phase == results.Steady: // there is nothing to wait for
			if trigger != (results.Trigger{}) {
				t.Errorf("%s is judged in the steady phase and has the trigger %+v", f.Name, trigger)
			}
		case trigger.Says == "" || trigger.Unit == "" || trigger.Unit != units[trigger.Counter]:
			t.Errorf("%s: trigger %+v, but the counters' units are %v", f.Name, trigger, units)
		}
		for _, arm := range []results.Arm{results.Before, results.After} {
			if f.Workload(arm) == nil {
				t.Errorf("%s has no workload %s", f.Name, arm)
			}
		}
	}
}

// kinds gives the type behind each seam; for a constructor, that of what it makes.
func kinds(s collector.Seams) map[string]reflect.Type {
	types := map[string]reflect.Type{}
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		name, field := v.Type().Field(i).Name, v.Field(i)
		switch {
		case field.IsNil():
			types[name] = nil
		case field.Kind() == reflect.Func:
			arguments := make([]reflect.Value, field.Type().NumIn())
			for k := range arguments {
				arguments[k] = reflect.Zero(field.Type().In(k))
			}
			types[name] = field.Call(arguments)[0].Elem().Type()
		default:
			types[name] = field.Elem().Type()
		}
	}
	return types
}

func TestTheArmsOfAFixDifferInItsSeamAndInNothingElse(t *testing.T) {
	repaired := kinds(fixes.Seams(null.Fix, results.After))
	for seam, kind := range repaired {
		if kind == nil {
			t.Fatalf("nothing is in the seam %s", seam)
		}
	}
	both := []results.Arm{results.Before, results.After}
	cases := []struct {
		fix      collector.Fix
		seam     string        // the one that differs; empty for none
		defected []results.Arm // the arms that are not all repaired
	}{
		{contextisolation.Fix, "Builder", both[:1]},
		{lockacrossrpc.Fix, "NewBoard", both[:1]},
		{null.Fix, "", nil},
		{nullsteady.Fix, "", nil},
		{control.Fix, "Builder", both}, // the same type, with different slowdowns
		{withinmargin.Fix, "Builder", both},
	}
	if all := fixes.Registry().Names(); len(all) != len(cases) {
		t.Errorf("this test knows %d of the fixes %q", len(cases), all)
	}
	for _, c := range cases {
		for _, arm := range both {
			for seam, kind := range kinds(fixes.Seams(c.fix, arm)) {
				differs := kind != repaired[seam]
				if want := slices.Contains(c.defected, arm) && seam == c.seam; differs != want {
					t.Errorf("%s, %s: the seam %s holds %v, the repaired one %v", c.fix.Name, arm, seam, kind, repaired[seam])
				}
			}
		}
	}
}
