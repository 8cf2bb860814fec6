package scenarios

import (
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/results"
)

func TestFiguresOfATarget(t *testing.T) {
	s, err := read("f.yaml", []byte(targeted), rules)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]results.Metric{
		"":            {Name: "p99", Phase: results.InFault},
		"p99:steady":  {Name: "p99", Phase: results.Steady},
		"gap:fault":   {Name: "gap", Phase: results.InFault},
		"p50:recover": {},
		"p9:steady":   {},
		"p99":         {},
	} {
		m, err := Figure(s, text)
		if (err != nil) != (want == results.Metric{}) || err == nil && text != "" && m != want {
			t.Errorf("%q: %v, %v", text, m, err)
		}
	}
	for text, want := range map[string]string{
		"p9:steady":    `unknown figure "p9"; did you mean "p99"? (allowed: p50, p99, `,
		"p99:recovry":  `unknown phase "recovry"; did you mean "recovery"? (allowed: steady, fault, recovery)`,
		"p99 (steady)": `unknown figure "p99 (steady)" (allowed: p50, p99, `,
	} {
		if _, err := Figure(s, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
	}
	if _, err := Figure(harness.Scenario{Name: "x"}, ""); err == nil || !strings.Contains(err.Error(),
		`scenario "x" has no section "target"`) {
		t.Errorf("no target: %v", err)
	}
}
