package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/scenarios/article/claims"
)

// A run as the program leaves it is deleted, and only when that was asked for.
func TestPruneDeletesARunAndItsLink(t *testing.T) {
	slow.Boots(t)
	folder := copyOf(t, one)
	runs, name := filepath.Dir(folder), filepath.Base(folder)
	if err := os.Symlink(name, filepath.Join(runs, harness.Latest)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args       string
		want, last string
	}{
		{"--keep 1", "kept: it is one of the newest 1", "0 folders, 0 B deleted"},
		{"--keep 0", "kept: latest leads to it", "0 folders, 0 B deleted"},
		{"--keep 0 --also-latest --dry-run", "to be deleted", "would be deleted"},
		{"--keep 0 --also-latest", "to be deleted", "iB deleted"},
	} {
		if _, err := os.Stat(folder); err != nil {
			t.Fatal(err)
		}
		code, stdout, stderr := aftershock(append([]string{"prune", runs}, strings.Fields(c.args)...)...)
		if code != exitOK || !strings.Contains(stdout, c.want) || !strings.HasSuffix(stdout, c.last+"\n") {
			t.Errorf("%s: exit %d: %s%s", c.args, code, stdout, stderr)
		}
	}
	if left, err := os.ReadDir(runs); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestPruneRefuses(t *testing.T) {
	suite, run := t.TempDir(), t.TempDir()
	for _, file := range []string{filepath.Join(suite, claims.RecordFile), filepath.Join(run, results.RunFile)} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ args, want string }{
		{"", "prune takes the folder of runs, got 0 arguments"},
		{run, "give --keep N, --keep-named, or both"},
		{run + " --keep -1", "--keep is -1 (allowed: 0 or more)"},
		{run + " --keep all", `--keep: "all" is not a whole number`},
		{run + " --keep 1", run + " is a run's folder itself: name the one that holds it"},
		{suite + " --keep 1", suite + " is of article run or selftest: its runs are one result, and stay together"},
		{run + "/none --keep 1", "no such file or directory"},
		{run + "/run.json --keep 1", "not a directory"},
	} {
		code, stdout, stderr := aftershock(append([]string{"prune"}, strings.Fields(c.args)...)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d, want %q: %s%s", c.args, code, c.want, stdout, stderr)
		}
	}
}

// How much disk a run takes is said before it begins, and does not get into a plan.
func TestPlanAndRunSayWhatDiskTheyTake(t *testing.T) {
	code, stdout, stderr := aftershock("plan", "leader-churn")
	if code != exitOK || strings.Contains(stdout, "disk: ") ||
		!strings.Contains(stderr, "disk: at most ") || !strings.Contains(stderr, "iB below results/runs, which has ") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
