package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"
)

// changed is a scenario file with one change to a valid one.
func changed(t *testing.T, name, was, is string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/free.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), was) {
		t.Fatalf("the file has no %q", was)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), was, is, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A plan of what no run would take is worth nothing.
func TestPlanRefusesWhatRunRefuses(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"fix":      {"fixes: [control]", "fixes: [contrl]", `unknown fix "contrl"; did you mean "control"?`},
		"setting":  {"series: 20", "serie: 20", `unknown workload setting "serie"`},
		"bounds":   {"series: 20", "series: 900000000", `"series" is 900000000 (allowed: 1 to 1000000)`},
		"octal":    {"pairs: 2", "pairs: 010", `pairs: "010" is not a whole number: write it without the leading zero`},
		"overflow": {"steady: 500ms", "steady: 9999999h", "steady: 9999999h is too long a duration"},
		"stream":   {"{name: batch,", "{name: bach,", `unknown stream "bach"; did you mean "batch"?`},
	} {
		t.Run(name, func(t *testing.T) {
			path := changed(t, "mine.yaml", c.old, c.new)
			for _, verb := range []string{"plan", "run"} {
				code, stdout, stderr := aftershock(verb, path)
				if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
					t.Errorf("%s: exit %d, want %q: %s%s", verb, code, c.want, stdout, stderr)
				}
			}
		})
	}
	for _, name := range scenarios.Names() {
		if code, _, stderr := aftershock("plan", name); code != exitOK {
			t.Errorf("%s: exit %d: %s", name, code, stderr)
		}
	}
}

func TestAFileMayEndInYml(t *testing.T) {
	path := changed(t, "mine.yml", "pairs: 2", "pairs: 3")
	t.Chdir(filepath.Dir(path))
	if code, stdout, stderr := aftershock("plan", "mine.yml"); code != exitOK || !strings.Contains(stdout, "pair=3") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// README lists safe-map and map-growth, which are several fixes each.
func TestAFamilyStandsForItsFixes(t *testing.T) {
	registry := fixes.Registry()
	families := map[string]int{}
	for _, f := range registry.Fixes {
		if f.Family != "" {
			families[f.Family]++
		}
	}
	if families["safe-map"] < 2 || families["map-growth"] < 2 {
		t.Fatalf("families %v", families)
	}
	for family, n := range families {
		names, err := fixNames(harness.Scenario{}, []string{"null", family})
		if err != nil || len(names) != n+1 {
			t.Errorf("%s: %v, %v", family, names, err)
		}
	}
	if _, err := fixNames(harness.Scenario{}, []string{"safe-mpa", ""}); err == nil ||
		!strings.Contains(err.Error(), `did you mean "safe-map"?`) ||
		!strings.Contains(err.Error(), `unknown fix ""`) {
		t.Error(err)
	}
}
