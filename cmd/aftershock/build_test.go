package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/gittest"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/scenarios/service"
)

// revisions makes a repository whose revisions v1, v2 and so on are built by these lines of a shell script, and sets a
// cache of the test's own. Each builds a program that is this binary.
func revisions(t *testing.T, lines ...string) (folder string) {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	folder = t.TempDir()
	gittest.Git(t, folder, "init", "--quiet", "--initial-branch=main")
	for i, line := range lines {
		script := "#!/bin/sh\necho '#!/bin/sh\nexec " + os.Args[0] + "' >$1/serve && chmod +x $1/serve\n" + line + "\n"
		if err := os.WriteFile(filepath.Join(folder, "make"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
		gittest.Git(t, folder, "add", "--all")
		gittest.Git(t, folder, "commit", "--quiet", "--allow-empty", "--message", "m")
		gittest.Git(t, folder, "tag", "v"+string(rune('1'+i)))
	}
	return folder
}

// armsFile writes a scenario of two revisions of a repository.
func armsFile(t *testing.T, repository, before, after string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/arms.yaml")
	if err != nil {
		t.Fatal(err)
	}
	made := strings.NewReplacer("REPOSITORY", repository, "BEFORE", before, "AFTER", after).Replace(string(text))
	file := filepath.Join(t.TempDir(), "arms.yaml")
	if err := os.WriteFile(file, []byte(made), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// leftInCache lists what a build has left in the cache besides builds.
func leftInCache(t *testing.T) (names []string) {
	t.Helper()
	entries, _ := os.ReadDir(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "aftershock", "builds"))
	for _, e := range entries {
		if e.Name() != "lock" && len(e.Name()) != 64 {
			names = append(names, e.Name())
		}
	}
	return names
}

// A commit that changes no byte of the program is a run of one program against itself, and the run says so.
func TestTwoRevisionsAreCompared(t *testing.T) {
	slow.Alone(t)
	repository, out := revisions(t, "", "# another comment"), t.TempDir()
	policy := filepath.Join(t.TempDir(), "policy.yaml")
	rules := "name: enough\nasks: Are six pairs there?\nrules:\n  - {rule: pairs, fix: a-change, at-least: 6}\n"
	if err := os.WriteFile(policy, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	file := armsFile(t, repository, "v1", "v9") // in whose place --after names another
	code, table, progress := aftershock("run", file, "--out", out, "--after", "v2", "--name", "first", "--gate", policy)
	if !strings.Contains(table, "policy enough on ") || !strings.Contains(progress, "building before: v1 (commit ") ||
		!strings.Contains(progress, "both arms were built to the same bytes") ||
		!strings.Contains(table, "a-change: before is v1 (commit ") {
		t.Fatalf("exit %d: %s%s", code, table, progress)
	}
	folder := filepath.Join(out, "first")
	if gated, _, stderr := aftershock("gate", folder, "--policy", policy); gated != code || code == exitOK {
		t.Errorf("run --gate ended with %d, and gate with %d: %s", code, gated, stderr)
	}
	if to, err := os.Readlink(filepath.Join(out, "latest")); err != nil || to != "first" {
		t.Errorf("latest leads to %q, %v", to, err)
	}
	if code, _, stderr := aftershock("run", file, "--out", out, "--name", "first"); code != exitUsage ||
		!strings.Contains(stderr, "is there already, and is kept: give the run another name") {
		t.Errorf("a second run of that name: exit %d: %s", code, stderr)
	}
	run, err := results.ReadRun(folder)
	if err != nil {
		t.Fatal(err)
	}
	var scenario struct{ Target service.Target }
	if err := json.Unmarshal(run.Scenario, &scenario); err != nil {
		t.Fatal(err)
	}
	before, after := scenario.Target.Arms.Built["before"], scenario.Target.Arms.Built["after"]
	if before.Digest != after.Digest || before.Commit == after.Commit || scenario.Target.After.Built != after.Digest {
		t.Errorf("built %+v", scenario.Target.Arms.Built)
	}
	log, err := os.ReadFile(filepath.Join(folder,
		results.TrialDir(results.Slot{Group: "a-change", Block: 1, Arm: results.After}, 0), "target.log"))
	if err != nil || !strings.HasPrefix(string(log), "serving") {
		t.Errorf("the program said %q, %v", log, err)
	}
	text, err := os.ReadFile(filepath.Join(folder, results.RunFile))
	if err != nil || strings.Contains(string(text), os.Getenv("XDG_CACHE_HOME")) {
		t.Errorf("run.json names the user's cache: %v", err)
	}
	if left := leftInCache(t); len(left) > 0 {
		t.Errorf("left in the cache: %v", left)
	}
}

func TestArmsThatAreNotBuilt(t *testing.T) {
	slow.Alone(t)
	repository := revisions(t, "", "echo main.go:3: no such thing >&2; exit 4", "rm $1/serve; touch $1/other")
	for name, c := range map[string]struct {
		after string
		code  int
		want  string
	}{
		"fails":   {"v2", exitFailure, "ended with exit code 4; it printed:\n    main.go:3: no such thing"},
		"unknown": {"v9", exitUsage, `arms.after: revision "v9" is not in the repository`},
		"lost":    {"v3", exitFailure, "arms.after: what was built has no program {built}/serve"},
	} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			code, table, stderr := aftershock("run", armsFile(t, repository, "v1", c.after), "--out", out)
			if code != c.code || !strings.Contains(stderr, c.want) {
				t.Errorf("exit %d, %s%s", code, table, stderr)
			}
			if runs, _ := os.ReadDir(out); len(runs) > 0 {
				t.Errorf("left %v", runs)
			}
			if left := leftInCache(t); len(left) > 0 {
				t.Errorf("left in the cache: %v", left)
			}
		})
	}
}

func TestAScenarioWithArmsIsCheckedWithoutABuild(t *testing.T) {
	files := []string{armsFile(t, "no-such-folder", "v1", "v2"), "../../docs/examples/configd/client.yaml"}
	for _, file := range files {
		code, checked, stderr := aftershock("check", file)
		if code != exitOK || !strings.Contains(checked, "a sound scenario") {
			t.Errorf("%s: exit %d: %s%s", file, code, checked, stderr)
		}
	}
}

// Two revisions that are one program need no trial, and no comment.
func TestAPullRequestThatChangesNoByte(t *testing.T) {
	slow.Alone(t)
	repository, out := revisions(t, "", "# another comment"), filepath.Join(t.TempDir(), "runs")
	call := []string{"pr", "--base", "v1", "--head", "v2", "--scenario", armsFile(t, repository, "v8", "v9"), "--out",
		out}
	code, comment, stderr := aftershock(call...)
	if code != exitOK || comment != "" || !strings.Contains(stderr, "built to the same bytes: nothing is measured") {
		t.Errorf("exit %d: %s%s", code, comment, stderr)
	}
	code, comment, stderr = aftershock(append(call, "--always", "--progress", "json")...)
	if code != exitOK || !strings.HasPrefix(comment,
		"<!-- aftershock pr arms -->\n### aftershock, arms: no difference\n") ||
		!strings.Contains(stderr, `"end":{"status":"not begun","why":"`) {
		t.Errorf("exit %d: %s%s", code, comment, stderr)
	}
	code, comment, stderr = aftershock(append(call, "--budget", "31s")...)
	if code != exitUsage || !strings.Contains(stderr, "31s") {
		t.Errorf("a budget that is too short: exit %d: %s%s", code, comment, stderr)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("it left runs")
	}
}

func TestPullRequestsThatAreRefused(t *testing.T) {
	file := armsFile(t, "no-such-folder", "v1", "v2")
	for want, args := range map[string][]string{
		"--head is missing":                             {"--base", "a", "--scenario", file},
		`scenario "leader-churn" has no section "arms"`: {"--base", "a", "--head", "b", "--scenario", "leader-churn"},
		`"--x" is no revision`:                          {"--base", "a", "--head", "--x", "--scenario", file},
	} {
		code, _, stderr := aftershock(append([]string{"pr", "--out", filepath.Join(t.TempDir(), "o")}, args...)...)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit %d: %s", args, code, stderr)
		}
	}
	for want, args := range map[string][]string{
		"is no name for a run's folder": {"--name", "../x"},
		`"latest" is no name`:           {"--name", "latest"},
		`did you mean "quick"?`:         {"--gate", "quik"},
		`has no section "arms", which`:  {"--before", "a"},
	} {
		code, _, stderr := aftershock(append([]string{"run", "cluster-free", "--out",
			filepath.Join(t.TempDir(), "o")}, args...)...)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit %d: %s", args, code, stderr)
		}
	}
}

// What is there and is no link is kept.
func TestTheLinkToTheNewestRun(t *testing.T) {
	out := t.TempDir()
	link := filepath.Join(out, "latest")
	for _, name := range []string{"one", "two"} {
		if err := pointLatest(filepath.Join(out, name)); err != nil {
			t.Fatal(err)
		}
		if to, err := os.Readlink(link); err != nil || to != name {
			t.Errorf("it leads to %q, %v", to, err)
		}
	}
	if err := errors.Join(os.Remove(link), os.WriteFile(link, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := pointLatest(filepath.Join(out, "one")); err == nil || !strings.Contains(err.Error(), "is no link") {
		t.Errorf("got %v", err)
	}
}
