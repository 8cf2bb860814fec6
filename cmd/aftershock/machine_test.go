package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
)

// take takes the machine as a run does; another run may be going on.
func take(t *testing.T) (release func()) {
	t.Helper()
	release, err := harness.TakeMachine(context.Background(), time.Hour, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return release
}

// Two runs on one machine are each other's noise. The second is refused, and told whom to wait for.
func TestASecondRunIsRefused(t *testing.T) {
	slow.Boots(t)
	take(t)
	for name, args := range map[string][]string{
		"run":      {"run", "testdata/free.yaml", "--out", t.TempDir(), "--wait", "0s"},
		"selftest": {"selftest", "--quick", "--out", t.TempDir(), "--wait", "0s"},
		"article":  {"article", "run", "--quick", "--out", t.TempDir(), "--wait", "0s"},
	} {
		code, stdout, stderr := aftershock(append(args, "--calibration", t.TempDir())...)
		if code != exitFailure || stdout != "" {
			t.Errorf("%s: exit %d, %q: %s", name, code, stdout, stderr)
		}
		for _, want := range []string{
			"another run of aftershock measures on this machine", fmt.Sprintf("process %d (", os.Getpid()), "--wait 1h",
		} {
			if !strings.Contains(stderr, want) {
				t.Errorf("%s: %q lacks %q", name, stderr, want)
			}
		}
	}
	code, _, stderr := aftershock("run", "testdata/free.yaml", "--out", t.TempDir(), "--wait", "-1s")
	if code != exitUsage || !strings.Contains(stderr, "--wait is -1s (allowed: 0s or longer)") {
		t.Errorf("a negative wait: exit %d: %s", code, stderr)
	}
}

// It waits, then looks at the machine, and runs.
func TestASecondRunWaitsAndThenLooks(t *testing.T) {
	slow.Boots(t)
	release := take(t)
	out := t.TempDir()
	p := startBeside(t, harness.LockFolders[0], "run", "testdata/free.yaml", "--out", out, "--calibration", t.TempDir())
	p.awaitProgress(t, fmt.Sprintf("waiting for another run on this machine: process %d (", os.Getpid()))
	release()
	p.awaitProgress(t, "machine: ")
	if code := p.end(t); code != exitOK {
		t.Fatalf("exit %d", code)
	}
	run, err := results.ReadRun(onlyFolder(t, out))
	if err != nil || len(run.Looks) != 1 || run.Looks[0].Took < harness.LookFor || run.Looks[0].Cores < 1 {
		t.Errorf("looks %+v, %v", run.Looks, err)
	}
}

// A run that waits for the machine can be given up.
func TestAWaitForTheMachineIsInterrupted(t *testing.T) {
	slow.Boots(t)
	take(t)
	p := startBeside(t, harness.LockFolders[0], "run", "testdata/free.yaml", "--out", t.TempDir())
	p.awaitProgress(t, "waiting for another run")
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitInterrupted {
		t.Errorf("exit %d", code)
	}
}
