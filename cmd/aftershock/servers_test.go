package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
)

// Two binaries that are etcd itself, with etcd's own command line, are two arms: the run names them by their digests.
func TestTwoBinariesAreCompared(t *testing.T) {
	slow.Alone(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder, out := t.TempDir(), t.TempDir()
	etcd := filepath.Join(folder, "etcd") // by which name this binary is etcd
	script := filepath.Join(folder, "wrapped")
	err = os.Symlink(self, etcd)
	if err == nil {
		err = os.WriteFile(script, []byte("#!/bin/sh\nexec "+etcd+" \"$@\"\n"), 0o700)
	}
	text, read := os.ReadFile("testdata/servers.yaml")
	if err != nil || read != nil {
		t.Fatal(err, read)
	}
	file := filepath.Join(folder, "servers.yaml")
	text = []byte(strings.NewReplacer("BEFORE", etcd, "AFTER", script).Replace(string(text)))
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	code, table, progress := aftershock("run", file, "--out", out, "--seed", "3", "--name", "run")
	if code != exitOK {
		t.Fatalf("exit %d: %s%s", code, table, progress)
	}
	run, err := results.ReadRun(filepath.Join(out, "run"))
	if err != nil {
		t.Fatal(err)
	}
	var s harness.Scenario
	if err := json.Unmarshal(run.Scenario, &s); err != nil {
		t.Fatal(err)
	}
	was := harness.Environment()
	for _, want := range []string{
		`"sha256":"` + was.Binary + `"`, `"says":"etcd Version: ` + was.Etcd, `"binary":"` + script + `"`,
	} {
		if !strings.Contains(strings.ReplaceAll(string(s.Target), `": "`, `":"`), want) {
			t.Errorf("run.json has no %s: %s", want, s.Target)
		}
	}
	named := "etcd " + was.Etcd + " (binary " + was.Binary[:12] + ")"
	if run.Moments != results.MomentsLogged || !strings.HasPrefix("etcd "+run.Environment.Etcd, named+", ") {
		t.Errorf("moments from %q, etcd %q", run.Moments, run.Environment.Etcd)
	}
	_, compared, _ := aftershock("compare", filepath.Join(out, "run"))
	for _, want := range []string{
		"before is " + named + ", after etcd " + was.Etcd + " (binary ", "whose logs say who led", "pairs 1/1",
	} {
		if !strings.Contains(compared+table+progress, want) {
			t.Errorf("no %q in %s%s", want, compared, table)
		}
	}
	t.Run("two that say which they are", func(t *testing.T) {
		code, _, stderr := aftershock("run", file, "--out", t.TempDir(), "--etcd", "v3.6.9")
		if code != exitUsage || !strings.Contains(stderr, "--etcd: the arms of scenario") {
			t.Errorf("exit %d: %s", code, stderr)
		}
	})
	t.Run("no program", func(t *testing.T) {
		lost := filepath.Join(folder, "lost.yaml")
		text := strings.Replace(string(text), "binary: "+script, "binary: "+file, 1)
		if err := os.WriteFile(lost, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := aftershock("run", lost, "--out", t.TempDir(), "--seed", "3")
		if code != exitUsage || !strings.Contains(stderr, "(is it executable?)") {
			t.Errorf("exit %d: %s", code, stderr)
		}
	})
}
