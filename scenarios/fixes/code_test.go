package fixes_test

import (
	"strings"
	"testing"

	"aftershock/scenarios/fixes"
)

// Every repair has its code in the program, an instrument has none, and several repairs of a defect share theirs.
func TestCode(t *testing.T) {
	with := 0
	for _, f := range fixes.Registry().Fixes {
		before, after, ok := fixes.Code(f.Fix)
		if ok != f.Repairs() {
			t.Errorf("%s: code %v, and it repairs something: %v", f.Name, ok, f.Repairs())
		}
		if ok && (!strings.HasPrefix(before, "package ") || !strings.Contains(after, "\nfunc ") || before == after) {
			t.Errorf("%s: %q and %q", f.Name, before, after)
		}
		if ok {
			with++
		}
	}
	if with < 20 {
		t.Errorf("%d fixes have code", with)
	}
}
