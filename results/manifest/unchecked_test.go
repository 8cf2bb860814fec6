package manifest_test

import (
	"reflect"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/manifest"
)

// Without its manifest each trial is still held against its own record, the run and the plan.
func TestTrialsAreCheckedWithoutAManifest(t *testing.T) {
	one := dir(1, "after")
	for _, c := range []struct {
		name  string
		spoil func(*world)
		want  manifest.Damage
	}{
		{"another seed", foreign(8, one), manifest.Damage{File: one + "/trial.json", What: `is that of another run: "other-run", seed 8`}},
		{"another plan", edit(`"block": 1`, `"block": 2`, one, results.TrialFile),
			manifest.Damage{File: one + "/trial.json", What: "is that of another plan than block 2 has in plan.txt"}},
		{"beyond the plan", edit(`"block": 1`, `"block": 3`, one, results.TrialFile),
			manifest.Damage{File: one + "/trial.json", What: "is that of another plan than block 3 has in plan.txt"}},
		{"altered operations", edit("operations", "Operations", one, results.OpsFile),
			manifest.Damage{File: one + "/ops.bin", What: "is not what the run left: its SHA-256 is "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := whole(t)
			remove(manifest.File)(w)
			c.spoil(w)
			got := w.damage()
			if len(got) != 2 || got[0] != (manifest.Damage{File: manifest.File, What: "is missing"}) || got[1].File != c.want.File ||
				!strings.HasPrefix(got[1].What, c.want.What) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// A run of a schema before manifests cannot be checked. A trial of another schema in it is none of its own.
func TestARunFromBeforeManifests(t *testing.T) {
	w := newWorld(t)
	w.run.Schema = 1
	w.leave(1, "before")
	w.must(results.WriteJSON(w.path(results.RunFile), w.run))
	remove(manifest.File)(w)
	c := manifest.Open(w.folder, w.run)
	if damage, cutShort := c.Trial(dir(1, "before")); !c.Unchecked || len(c.Damage)+len(damage) > 0 || cutShort {
		t.Errorf("%+v, %+v", c, damage)
	}
	edit(`"schema": 1`, `"schema": 2`, dir(1, "before"), results.TrialFile)(w)
	want := []manifest.Damage{{File: dir(1, "before") + "/trial.json", What: "is of schema 2 in a run of schema 1"}}
	if damage, _ := c.Trial(dir(1, "before")); !reflect.DeepEqual(damage, want) {
		t.Errorf("%+v", damage)
	}
}

// Only the first schema that has manifests tells that one is missing: naming an older one does not help while it is
// there.
func TestAnOlderSchemaDoesNotHideTheManifest(t *testing.T) {
	w := whole(t)
	edit(`"schema": 2`, `"schema": 1`, results.RunFile)(w)
	if got := w.damage(); len(got) < 1 || got[0] != (manifest.Damage{File: results.RunFile, What: "schema is 1 and was 2"}) {
		t.Errorf("%+v", got)
	}
}
