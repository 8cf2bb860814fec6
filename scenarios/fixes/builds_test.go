package fixes_test

import (
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/scenarios/build"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
)

// two are builds of two clients.
func two() collector.Builds {
	return collector.Builds{
		Compared: &collector.Comparison{
			Fix: "clients", Scenario: "s", Says: "Which?", Primary: results.Metric{Name: "p99", Phase: results.Steady},
		},
		Arms: &build.Arms{
			Sources: map[string]build.State{"before": {Modules: []string{"a.b/c@v1.0.0"}}, "after": {}},
			Built: map[string]build.Built{
				"before": {Commit: "c", Digest: "d1"}, "after": {Commit: "c", Digest: "d2"},
			},
		},
	}
}

// Each arm's worker is its build, and nothing else differs.
func TestTwoBuildsAreArms(t *testing.T) {
	own, err := fixes.Registry().For(two().Target())
	if err != nil || len(own.Fixes) != 1 {
		t.Fatal(own, err)
	}
	f := own.Fixes[0]
	if f.Instrument || f.Built != "before is working tree, a.b/c@v1.0.0 (commit c), after working tree (commit c)" {
		t.Errorf("fix %+v", f.Fix)
	}
	for side, digest := range map[results.Arm]string{results.Before: "d1", results.After: "d2"} {
		if got := f.Workload(side).Describe(); got.Worker != digest || got.Primary() == "" {
			t.Errorf("%s: worker %q of stream %q", side, got.Worker, got.Primary())
		}
	}
	for _, m := range f.Guards {
		if m.Phase == results.UnderTrigger {
			t.Errorf("judged by the calm, and guarded by %s", m)
		}
	}
}

func TestOneBuildTwiceIsAnInstrument(t *testing.T) {
	same := two()
	same.Arms.Built["after"] = same.Arms.Built["before"]
	own, err := fixes.Registry().For(same.Target())
	if err != nil || !own.Fixes[0].Instrument {
		t.Errorf("%+v, %v", own, err)
	}
}

// A defect is one that a fix repairs.
func TestBuildsWithADefect(t *testing.T) {
	for name, want := range map[string]string{
		"context-isolation": "", "context-isolaton": `did you mean "context-isolation"?`, "null": "unknown fix",
	} {
		b := two()
		b.Compared.Defect = name
		_, err := fixes.Registry().For(b.Target())
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
}
