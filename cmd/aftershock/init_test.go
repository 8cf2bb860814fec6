package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestInitWritesWhatCanBeRun(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := aftershock("init")
	if code != exitOK || !strings.Contains(stdout, "run service.yaml") {
		t.Fatalf("exit %d: %s%s", code, stdout, stderr)
	}
	code, checked, stderr := aftershock("check", "service.yaml")
	if code != exitOK && !strings.Contains(stderr, `"python3" is not found`) {
		t.Errorf("exit %d: %s%s", code, checked, stderr)
	}
	if err := os.WriteFile("service.py", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove("service.yaml"); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := aftershock("init"); code != exitUsage ||
		!strings.Contains(stderr, "service.py is there already") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if text, err := os.ReadFile("service.py"); err != nil || string(text) != "mine" {
		t.Errorf("service.py holds %q, %v", text, err)
	}
	if _, err := os.Stat("service.yaml"); err == nil {
		t.Error("half of it was written")
	}
}

// The program is written as a module that builds and whose test is compiled, without looking anything up.
func TestInitWritesAGoProgram(t *testing.T) {
	clone, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for folder, want := range map[string]string{"nowhere": "no such file", ".": "no such file"} {
		if code, _, stderr := aftershock("init", "--go", folder); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("exit %d: %s", code, stderr)
		}
	}
	code, stdout, stderr := aftershock("init", "--go", clone)
	if code != exitOK || !strings.Contains(stdout, "go test .") {
		t.Fatalf("exit %d: %s%s", code, stdout, stderr)
	}
	if testing.Short() {
		return
	}
	vet := exec.Command("go", "vet", "-mod=readonly", ".")
	vet.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off")
	if said, err := vet.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, said)
	}
}
