package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// What could only end in a figure that is nothing is refused before anything is started, and with where to run it
// instead.
func TestAFixThatAScenarioCannotJudgeIsRefused(t *testing.T) {
	for _, c := range []struct {
		scenario, fix string
		want          []string
	}{
		{"calm", "relist-herd", []string{`workload setting "followers"`, `scenario "relist-herd"`}},
		{"calm", "ambiguous-put", []string{`no stream "record" (for its seam NewWriter)`,
			`scenario "ambiguous-writes"`}},
		{"cluster-free", "half-open-endpoint",
			[]string{`no stream "lookup"`, `no phase "fault"`, `scenario "half-open-endpoint"`}},
		{"cluster-free", "context-isolation",
			[]string{`no phase "trigger" (for its primary metric service_p99 (trigger))`, `scenario "leader-churn"`}},
		{"leader-churn", "keepalive-supervisor",
			[]string{`no workload setting "registration"`, `scenario "lost-registration"`}},
		{"map-writes", "safe-map-advice",
			[]string{`no workload setting "reads"`, `scenario "shared-map-reads-95"`, "fixes of this scenario: " +
				"map-growth"}},
		{"leaks", "cancel-map-leak,done-leak,precheck", []string{
			`fix "precheck" cannot be judged in scenario "leaks"`, `workload setting "cancelled"`, `scenario "cancelled-builds"`,
		}},
		{"watch-storm", "watch-compaction", []string{`no workload setting "followers"`, `scenario "compacted-watch"`}},
	} {
		out := filepath.Join(t.TempDir(), "out")
		code, stdout, stderr := aftershock("run", c.scenario, "--fix", c.fix, "--out", out)
		if code != exitUsage || stdout != "" {
			t.Errorf("%s in %s: exit %d: %s", c.fix, c.scenario, code, stdout)
		}
		for _, want := range append(c.want, "cannot be judged in scenario", "it matters in scenario") {
			if !strings.Contains(stderr, want) {
				t.Errorf("%s in %s: no %q in %s", c.fix, c.scenario, want, stderr)
			}
		}
		if strings.Contains(c.fix, ",") && strings.Contains(stderr, `fix "done-leak" cannot`) {
			t.Errorf("what can be judged is refused: %s", stderr)
		}
	}
}
