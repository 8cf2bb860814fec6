package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results"
)

// pasted takes the command behind a label apart as a shell does, and drops the program.
func pasted(t *testing.T, table, label, end string) []string {
	t.Helper()
	_, line, found := strings.Cut(table, label)
	line, _, ended := strings.Cut(line, end)
	if !found || !ended {
		t.Fatalf("no %q:\n%s", label, table)
	}
	out, err := exec.Command("sh", "-c", `printf '%s\0' `+line).Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")[1:]
}

// A path may hold blanks and quotes, and what was chosen must be chosen again.
func TestPrintedCommandsCanBePasted(t *testing.T) {
	slow.Boots(t)
	place := filepath.Join(t.TempDir(), "it's my place")
	out, calibration, scenario := filepath.Join(place, "runs"), filepath.Join(place, "calibration"), filepath.Join(place, "free.yaml")
	text, err := os.ReadFile("testdata/free.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(place, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(scenario, text, 0o600); err != nil {
		t.Fatal(err)
	}
	code, table, stderr := apart(t, nil, "run", scenario, "--out", out, "--calibration", calibration, "--pairs", "1")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	folder := onlyFolder(t, out)
	if got := pasted(t, table, "every figure: ", ")\n"); !slices.Equal(got, []string{"compare", folder}) {
		t.Errorf("every figure: %q", got)
	}
	again := pasted(t, table, "again: ", "\n")
	want := []string{
		"run", scenario, "--fix", "control", "--pairs", "1", "--seed", "1", "--out", out, "--calibration", calibration,
	}
	if !slices.Equal(again, want) {
		t.Errorf("again: %q\nwant   %q", again, want)
	}
	run, err := results.ReadRun(folder)
	if err != nil || !slices.Equal(run.Command[1:], want) {
		t.Errorf("%q, %v", run.Command, err)
	}
	_, _, stderr = aftershock("compare", folder, "--profile")
	if got := pasted(t, stderr, "make a run that has: ", "\n"); !slices.Equal(got, append(want, "--profile")) {
		t.Errorf("profiled: %q", got)
	}
}
