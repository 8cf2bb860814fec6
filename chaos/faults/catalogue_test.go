package faults_test

import (
	"slices"
	"strings"
	"testing"

	"aftershock/chaos/faults"
)

func TestTheCatalogueAgreesWithItself(t *testing.T) {
	rules := faults.Rules()
	for i, f := range faults.All() {
		if rules[i].Name != f.Name {
			t.Errorf("rule %d is %+v, want that of %s", i, rules[i], f.Name)
		}
		found, err := faults.Find(f.Name)
		if err != nil || found.Name != f.Name || found.Summary == "" {
			t.Errorf("Find(%q) = %+v, %v", f.Name, found, err)
		}
		if n := slices.Index(faults.Names(), f.Name); n != i {
			t.Errorf("%s stands at %d of the names, want %d", f.Name, n, i)
		}
	}
	if len(rules) != len(faults.All()) || len(faults.Names()) != len(faults.All()) {
		t.Errorf("%d faults, %d rules, %d names", len(faults.All()), len(rules), len(faults.Names()))
	}
}

func TestFindRefusesAnUnknownFault(t *testing.T) {
	_, err := faults.Find("leader-kil")
	want := `unknown fault "leader-kil"; did you mean "leader-kill"? ` +
		`(allowed: ` + strings.Join(faults.Names(), ", ") + `)`
	if err == nil || err.Error() != want {
		t.Errorf("the error is %v\nwant %s", err, want)
	}
}
