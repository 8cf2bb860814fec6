package collector

import (
	"reflect"
	"testing"
)

// Two parts with one name would be told apart by their order alone, and a seam that is no field would never be needed.
func TestPartsShareNothing(t *testing.T) {
	seen := map[string]bool{"": true}
	unique := func(kind, name string) {
		if key := kind + name; name != "" && seen[key] {
			t.Errorf("two parts have the %s %q", kind, name)
		} else {
			seen[key] = true
		}
	}
	fields := reflect.TypeFor[Seams]()
	for _, p := range (Seams{}).parts() {
		if _, ok := fields.FieldByName(p.Seam); !ok && p.Seam != "" {
			t.Errorf("no seam is called %s", p.Seam)
		}
		unique("seam", p.Seam)
		unique("stream", p.Stream.Name)
		for _, s := range p.Settings {
			unique("setting", s.Name)
		}
		for _, f := range p.Figures {
			unique("figure", f)
		}
	}
	for field := range fields.Fields() {
		// What every batch is built with, no scenario has to ask for.
		if name := field.Name; !seen["seam"+name] && name != "Builder" && name != "Maps" {
			t.Errorf("the seam %s belongs to no part, so no scenario could lack it", name)
		}
	}
}
