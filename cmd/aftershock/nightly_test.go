package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/slow"
)

// jobFile writes a job about the scenario of testdata that has no cluster.
func jobFile(t *testing.T, watch string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "nightly.yaml")
	text := "name: job\nasks: Does a night work?\nbudget: 10m\nseed: 1\nmargin: 5%\nfinds: 10%\n" +
		"watch:\n  - " + watch + "\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// A night of an instrument that nothing is expected of: it regresses by half, twice, and that is an alarm.
func TestANightRaisesAnAlarm(t *testing.T) {
	slow.Alone(t) // its rerun would wait for the runs of other tests
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	code, stdout, stderr := aftershock("nightly", "--config",
		jobFile(t, "{scenario: testdata/slower.yaml, fixes: [control], pairs: 6}"), "--history", file("history"),
		"--out", file("runs"), "--summary", file("summary.md"), "--junit", file("junit.xml"))
	if code != exitGateFailed || !strings.Contains(stdout, "! alarm ") || !strings.Contains(stdout, "regressed") {
		t.Fatalf("exit %d\n%s\n%s", code, stdout, stderr)
	}
	summary, err := os.ReadFile(file("summary.md"))
	if err != nil || !strings.Contains(string(summary), "## Nightly: 1 regressed") {
		t.Errorf("%v\n%s", err, summary)
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
	}
	text, err := os.ReadFile(file("junit.xml"))
	if err != nil || xml.Unmarshal(text, &suites) != nil || suites.Tests != 1 || suites.Failures != 1 {
		t.Errorf("%v\n%s", err, text)
	}
	code, stdout, stderr = aftershock("trend", file("history"))
	if code != exitOK || !strings.Contains(stdout, "1 night,") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

func TestNightlyRefusesBeforeItStarts(t *testing.T) {
	for _, c := range []struct{ watch, want string }{
		{"{scenario: free, fixes: [control], pairs: 6}", `unknown scenario "free"`},
		{"{scenario: cluster-free, fixes: [contrl], pairs: 6}", `did you mean "control"?`},
		{"{scenario: leader-churn, fixes: [coupled-tick], pairs: 6}", "pin it with load"},
		{"{scenario: leader-churn, fixes: [coupled-tick], pairs: 100, load: 2400}", "does not fit its budget"},
		{"{scenario: cluster-free, fixes: [control], pairs: 6, load: 2400}", "load"},
		{"{scenario: cluster-free, fixes: [control]}", "pairs"},
	} {
		dir := t.TempDir()
		code, _, stderr := aftershock("nightly", "--config", jobFile(t, c.watch), "--history",
			filepath.Join(dir, "history"))
		if code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d, %s", c.watch, code, stderr)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%s left %v", c.watch, left)
		}
	}
	if code, _, stderr := aftershock("nightly", "--config", "gone.yaml"); code != exitUsage ||
		!strings.Contains(stderr, "--config: open gone.yaml") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}
