package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results"
)

// checkout is a clone of this checkout in which the worker says that it was built for an arm.
func checkout(t *testing.T) (folder string) {
	t.Helper()
	folder = cloned(t)
	says := "package main\n\nfunc init() { println(\"built for an arm\") }\n"
	mustDo(t, os.WriteFile(filepath.Join(folder, "cmd", "worker", "says.go"), []byte(says), 0o600))
	return folder
}

// Both arms are the same build here, so that nothing has to be downloaded: workers without etcd's server, which the run
// has built and started in place of its own.
func TestTwoBuildsOfTheCollectorAreCompared(t *testing.T) {
	slow.Alone(t)
	goCache, err := exec.Command("go", "env", "GOCACHE").Output() // it lies below the folder that is changed now
	mustDo(t, err)
	t.Setenv("GOCACHE", strings.TrimSpace(string(goCache)))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	text, err := os.ReadFile("testdata/builds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, out := filepath.Join(t.TempDir(), "builds.yaml"), t.TempDir()
	made := strings.ReplaceAll(string(text), "REPOSITORY", checkout(t))
	if err := os.WriteFile(file, []byte(made), 0o600); err != nil {
		t.Fatal(err)
	}
	code, table, progress := aftershock("run", file, "--out", out, "--name", "one")
	if code != exitOK || !strings.Contains(progress, "building before: working tree (commit ") ||
		!strings.Contains(progress, "both arms were built to the same bytes") ||
		!strings.Contains(table, "builds: before is working tree (commit ") {
		t.Fatalf("exit %d: %s%s", code, table, progress)
	}
	for _, arm := range []results.Arm{results.Before, results.After} {
		folder := filepath.Join(out, "one", results.TrialDir(results.Slot{Group: "builds", Block: 1, Arm: arm}, 0))
		log, err := os.ReadFile(filepath.Join(folder, "worker.log"))
		if err != nil || !strings.Contains(string(log), "built for an arm\n") {
			t.Errorf("the worker of %s said %q, %v", arm, log, err)
		}
	}
	if left := leftInCache(t); len(left) > 0 {
		t.Errorf("left in the cache: %v", left)
	}
}
