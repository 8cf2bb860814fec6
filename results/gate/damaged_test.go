package gate_test

import (
	"strings"
	"testing"

	"aftershock/results/gate"
	"aftershock/results/summary"
)

const bounded = `name: bounded
asks: Does nothing crash?
%rules:
  - {rule: bound, fix: all, metric: crashed, at-most: 0}
  - {rule: exercised, fix: some-fix}
`

// boundedBy reads the one above, with further fields.
func boundedBy(t *testing.T, fields string) gate.Policy {
	t.Helper()
	p, err := gate.Parse("bounded.yaml", []byte(strings.Replace(bounded, "%", fields, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What is damaged may be what failed, so that without it a failing run would pass: no rule about the fix is answered,
// and the file is named. A fix that the damage does not touch is judged as ever.
func TestNoRulePassesOverDamage(t *testing.T) {
	trial := summary.Damage{File: "trials/some-fix/03-after/ops.bin", What: "its digest is another", Fixes: []string{"some-fix"}}
	manifest := summary.Damage{File: "manifest.jsonl", What: "is missing"}
	for _, c := range []struct {
		name    string
		damaged []summary.Damage
		crashes int
		want    map[string]gate.Result
		result  gate.Result
		says    string
	}{
		{"a trial of one fix", []summary.Damage{trial}, 0,
			map[string]gate.Result{"some-fix": gate.Invalid, "other-fix": gate.Pass}, gate.Invalid,
			"damaged: trials/some-fix/03-after/ops.bin: its digest is another"},
		{"one that failed", []summary.Damage{trial}, 1,
			map[string]gate.Result{"some-fix": gate.Invalid, "other-fix": gate.Pass}, gate.Invalid,
			"damaged: trials/some-fix/03-after/ops.bin: its digest is another"},
		{"no fix's own", []summary.Damage{manifest, trial}, 0,
			map[string]gate.Result{"some-fix": gate.Invalid, "other-fix": gate.Invalid}, gate.Invalid, "damaged: manifest.jsonl: is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken := everything("some-fix")
			broken.Rows = append(broken.Rows[:8:8], crashed(c.crashes))
			s := run(broken, everything("other-fix"))
			s.Damaged = c.damaged
			d, err := boundedBy(t, "").Judge(s)
			if err != nil || d.Result != c.result || len(d.Answers) != 3 {
				t.Fatalf("%+v, %v", d, err)
			}
			for _, a := range d.Answers {
				if a.Result != c.want[a.Fix] || a.Result == gate.Invalid && !strings.HasPrefix(a.Why, c.says) {
					t.Errorf("%s of %s: %s, %s", a.Name, a.Fix, a.Result, a.Why)
				}
			}
			if len(d.Notes) < len(c.damaged) || !strings.HasPrefix(d.Notes[0], c.says+" (touches ") {
				t.Errorf("notes %q", d.Notes)
			}
		})
	}
}

// Damage that no rule is about is in the notes all the same.
func TestDamageElsewhereIsNoted(t *testing.T) {
	s := run(everything("some-fix"), instrument("null", 0, latency("trigger", 1, 0.02)))
	s.Damaged = []summary.Damage{{File: "trials/null/01-before", What: "is missing", Fixes: []string{"null"}}}
	d, err := boundedBy(t, "").Judge(s)
	if err != nil || d.Result != gate.Pass || d.Notes[0] != "damaged: trials/null/01-before: is missing (touches null)" {
		t.Errorf("%+v, %v", d, err)
	}
}

// A run that has no manifest passes by a policy that says so, and by no other.
func TestRunsWithoutAManifestAreAllowedByName(t *testing.T) {
	s := run(everything("some-fix"))
	s.Unchecked = true
	for fields, want := range map[string]gate.Result{"": gate.Invalid, "unchecked: allowed\n": gate.Pass} {
		d, err := boundedBy(t, fields).Judge(s)
		if err != nil || d.Result != want {
			t.Errorf("%q: %+v, %v", fields, d, err)
		}
		if first := d.Answers[0]; want == gate.Invalid && (first.Name != "checked" || !strings.Contains(first.Why, "unchecked: allowed")) {
			t.Errorf("%+v", first)
		}
	}
	_, err := gate.Parse("bounded.yaml", []byte(strings.Replace(bounded, "%", "unchecked: allow\n", 1)))
	if err == nil || !strings.Contains(err.Error(), `bounded.yaml:3:12: unchecked: unknown value "allow"; did you mean "allowed"?`) {
		t.Errorf("%v", err)
	}
}
