package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/profile"
)

// From a run to the functions that its arms differ in.
func TestAProfiledRunNamesFunctions(t *testing.T) {
	slow.Alone(t) // its profiles have few samples as it is
	out := t.TempDir()
	code, table, stderr := apart(t, nil, "run", "testdata/profiled.yaml", "--profile", "--out", out, "--calibration",
		t.TempDir())
	if code != exitOK || !strings.Contains(table, "figures include what that cost") || !strings.Contains(table, " --seed 1 --profile ") {
		t.Fatalf("exit %d: %s%s", code, stderr, table)
	}
	folder := onlyFolder(t, out)
	code, text, stderr := aftershock("compare", folder, "--profile")
	if code != exitOK || !strings.Contains(text, "panic-control-flow, capacity-calm: 2 of 2 pairs") || !strings.Contains(text, "figures include what that cost") {
		t.Fatalf("exit %d: %s%s", code, stderr, text)
	}
	code, asJSON, stderr := aftershock("compare", folder, "--profile", "--json")
	var c profile.Comparison
	if err := json.Unmarshal([]byte(asJSON), &c); code != exitOK || err != nil || c.Schema != profile.Schema || len(c.Fixes) != 1 {
		t.Fatalf("exit %d, %v: %s%s", code, err, stderr, asJSON)
	}
	// The arms are functions of their own, so that the share of each has changed.
	named := false
	for _, w := range c.Fixes[0].Windows {
		for _, f := range w.Functions {
			named = named || w.Name == results.ProfiledCalm && strings.HasSuffix(f.Name, "fixes/panic-control-flow.before.Build")
		}
	}
	if !named {
		t.Errorf("the function of the before arm is not named: %s", asJSON)
	}

	broken := filepath.Join(folder, results.TrialDir(results.Slot{Group: "panic-control-flow", Block: 2, Arm: results.After}, 0),
		results.ProfileFile(results.ProfiledCalm))
	if err := os.WriteFile(broken, []byte("no profile"), 0o600); err != nil {
		t.Fatal(err)
	}
	checkDamaged(t, folder, broken)
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	checkDamaged(t, folder, broken)
}

// checkDamaged checks that profiles are not compared once a file of them is not what the run left.
func checkDamaged(t *testing.T, folder, file string) {
	t.Helper()
	name, err := filepath.Rel(folder, file)
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := aftershock("compare", folder, "--profile")
	if code != exitNoVerdict || stdout != "" || !strings.Contains(stderr, "the run is damaged: "+name+": ") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}

func TestAProfiledRunPassesNoGate(t *testing.T) {
	slow.Boots(t)
	folder := copyOf(t, func() (string, error) { return runFree("--profile") })
	policy := filepath.Join(t.TempDir(), "policy.yaml")
	text := "name: test\nasks: Is it right?\nrules:\n  - {rule: bound, fix: control, metric: p99, phase: steady, at-most: 1s}\n"
	if err := os.WriteFile(policy, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := aftershock("gate", folder, "--policy", policy)
	if code != exitNoVerdict || !strings.Contains(stdout, "run without --profile") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}

func TestComparingProfilesOfARunWithout(t *testing.T) {
	slow.Boots(t)
	folder := copyOf(t, one)
	code, stdout, stderr := aftershock("compare", folder, "--profile")
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, "has no profiles") ||
		!strings.Contains(stderr, "aftershock run testdata/free.yaml --fix control --pairs 2 --seed 1 ") ||
		!strings.HasSuffix(stderr, " --profile\n") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"two runs": {[]string{folder, folder, "--profile"}, "--profile is for the arms of one run"},
		"force":    {[]string{folder, "--profile", "--force"}, "--profile is for the arms of one run"},
		"top":      {[]string{folder, "--profile", "--top", "0"}, "--top is 0 (allowed: 1 and more)"},
		"top only": {[]string{folder, "--top", "3"}, "--top is for --profile"},
		"no run":   {[]string{t.TempDir(), "--profile"}, "is not a run's folder"},
	} {
		code, _, stderr := aftershock(append([]string{"compare"}, c.args...)...)
		if code == exitOK || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d, want %q: %s", name, code, c.want, stderr)
		}
	}
	if code, _, stderr := aftershock("run", "--resume", folder, "--profile"); code != exitUsage || !strings.Contains(stderr, "--profile cannot be given with --resume") {
		t.Errorf("resume: exit %d: %s", code, stderr)
	}
}
