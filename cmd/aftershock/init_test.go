package main

import (
	"os"
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
