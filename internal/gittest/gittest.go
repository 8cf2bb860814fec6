// Package gittest makes repositories for tests, without the settings of the user who runs them.
package gittest

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Git runs git in a folder and gives what it prints, without the spaces around it.
func Git(t testing.TB, folder string, words ...string) string {
	t.Helper()
	// git's garbage collection in the background would outlive a test.
	cmd := exec.Command("git", slices.Concat([]string{"-c", "gc.auto=0"}, words)...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@t", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@t")
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v: %s", words, err, text)
	}
	return strings.TrimSpace(string(text))
}

// Commit makes a repository of a folder, with all that lies in it as its one commit.
func Commit(t testing.TB, folder string) {
	t.Helper()
	Git(t, folder, "init", "--quiet", "--initial-branch=main")
	Git(t, folder, "add", "--all")
	Git(t, folder, "commit", "--quiet", "--allow-empty", "--message", "m")
}
