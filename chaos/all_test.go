package chaos_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

func TestTheCatalogueAgreesWithItself(t *testing.T) {
	rules := chaos.Rules()
	for i, f := range chaos.All() {
		if want := (plan.FaultRule{Name: f.Name, Held: f.Held, Moves: f.Moves}); rules[i] != want {
			t.Errorf("rule %d is %+v, want %+v", i, rules[i], want)
		}
		found, err := chaos.Find(f.Name)
		if err != nil || found.Name != f.Name || found.Summary == "" {
			t.Errorf("Find(%q) = %+v, %v", f.Name, found, err)
		}
		if n := slices.Index(chaos.Names(), f.Name); n != i {
			t.Errorf("%s stands at %d of the names, want %d", f.Name, n, i)
		}
	}
	if len(rules) != len(chaos.All()) || len(chaos.Names()) != len(chaos.All()) {
		t.Errorf("%d faults, %d rules, %d names", len(chaos.All()), len(rules), len(chaos.Names()))
	}
}

func TestFindRefusesAnUnknownFault(t *testing.T) {
	_, err := chaos.Find("leader-kil")
	want := `unknown fault "leader-kil"; did you mean "leader-kill"? (allowed: ` + strings.Join(chaos.Names(), ", ") + `)`
	if err == nil || err.Error() != want {
		t.Errorf("the error is %v\nwant %s", err, want)
	}
}

// A runtime refuses a plan by what its faults say they need, so one that did more would fail only in mid-trial.
func TestAFaultNeedsTheAbilitiesThatItUses(t *testing.T) {
	for _, fault := range chaos.All() {
		synctest.Test(t, func(t *testing.T) {
			f := cluster()
			e := plan.Event{Fault: fault.Name, Target: "leader"}
			if fault.Moves {
				e.To = "n2"
			}
			ongoing, err := inject(t, f, e)
			if err != nil {
				t.Fatal(err)
			}
			if err := ongoing.Heal(context.Background()); err != nil {
				t.Fatal(err)
			}
			if used, needs := f.abilities(), slices.Sorted(slices.Values(fault.Needs)); !slices.Equal(used, needs) {
				t.Errorf("%s used %q, but says that it needs %q", fault.Name, used, needs)
			}
		})
	}
}

func TestAFaultForTheLeaderRefusesAnyOtherTarget(t *testing.T) {
	for _, fault := range chaos.All() {
		for target, want := range map[string]string{
			"n3":         `target n3 is n3, which does not lead (leader: "n1")`,
			"follower.0": `target follower.0 is n2, which does not lead (leader: "n1")`,
			"n5":         `unknown target "n5"`,
		} {
			f := cluster()
			_, err := inject(t, f, plan.Event{Fault: fault.Name, Target: target, To: "n2"})
			if err == nil || !strings.HasPrefix(err.Error(), want) || len(f.operations()) > 0 {
				t.Errorf("%s of %s: did %q, error %v\nwant nothing done, error %s", fault.Name, target, f.operations(), err, want)
			}
		}
	}
}
