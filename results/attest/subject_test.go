package attest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/results/attest"
)

func TestSubjects(t *testing.T) {
	file := filepath.Join(t.TempDir(), "service")
	if err := os.WriteFile(file, []byte("hello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const sum = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
	s, err := attest.ReadSubject(file)
	if err != nil || s.Name != "service" || s.Digest["sha256"] != sum {
		t.Errorf("%v, %v", s, err)
	}
	named, err := attest.ReadSubject("registry/service@sha256:" + strings.ToUpper(sum))
	if err != nil || !named.Same(s) {
		t.Errorf("%v, %v", named, err)
	}
	commit, err := attest.ReadSubject("service@gitCommit:" + strings.Repeat("ab", 20))
	if err != nil || commit.Same(s) {
		t.Errorf("%v, %v", commit, err)
	}
	for _, c := range []struct{ text, want string }{
		{file + ".none", "no such file"},
		{"service@sha256:abc", "not valid hex"},
		{"service@sha256:abcd", "want 32 bytes"},
		{"service@sha265:" + sum, `unknown algorithm "sha265"`},
		{"service@md5:" + strings.Repeat("ab", 16), `unknown algorithm "md5"`},
		{"@sha256:" + sum, "has no name"},
	} {
		if _, err := attest.ReadSubject(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.text, err)
		}
	}
}
