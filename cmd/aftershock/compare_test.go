package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/summary"
)

// A script that asks for the comparison of a run in which nothing was left must not go on as if there were one.
func TestACompleteRunWithoutAPairIsNoComparison(t *testing.T) {
	one := func(status results.Status, valid ...int) (s summary.Summary) {
		s.Run.Status = status
		for _, n := range valid {
			s.Fixes = append(s.Fixes, summary.Fix{Pairs: summary.Pairs{Valid: n}})
		}
		return s
	}
	for name, c := range map[string]struct {
		s    summary.Summary
		want error
	}{
		"none":    {one(results.Complete, 0, 0), harness.ErrNoValidPair},
		"one":     {one(results.Complete, 0, 1), nil},
		"partial": {one(results.Partial, 0), nil}, // which is said on top, and can be resumed
	} {
		if err := judged(c.s); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if code := exitCode(harness.ErrNoValidPair); code != exitNoVerdict {
		t.Errorf("exit %d", code)
	}
}

// Figures that were sent without their run can be looked at, and no verb takes them for a run.
func TestFiguresWithoutTheirRun(t *testing.T) {
	slow.Boots(t)
	run, err := one()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, results.FiguresFile)
	if code, _, stderr := aftershock("report", run, "--format", "figures", "--out", file); code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	code, stdout, stderr := aftershock("compare", folder)
	if code != exitOK || !strings.Contains(stdout, "warning: figures only: ") ||
		!strings.Contains(stdout, "\ncontrol ") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	for _, args := range [][]string{
		{"gate", folder, "--policy", "quick"}, {"report", folder}, {"compare", folder, run}, {"compare", run, folder},
		{"compare", folder, "--format", "html"}, {"run", "--resume", folder},
	} {
		if code, stdout, stderr := aftershock(args...); code != exitUsage || stdout != "" ||
			!strings.Contains(stderr, "holds figures only (figures.json)") {
			t.Errorf("%q: exit %d: %s%s", args, code, stdout, stderr)
		}
	}
	if err := os.WriteFile(file, []byte(`{"schema": 1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := aftershock("compare", folder); code != exitUsage || !strings.Contains(stderr, `kind ""`) {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
