package build_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/internal/gittest"
	"aftershock/internal/process"
	"aftershock/scenarios/build"
)

// project is a git repository of a test.
type project struct {
	t      *testing.T
	folder string
}

func newProject(t *testing.T) project {
	t.Helper()
	p := project{t, t.TempDir()}
	p.git("init", "--quiet", "--initial-branch=main")
	return p
}

func (p project) git(words ...string) string {
	p.t.Helper()
	return gittest.Git(p.t, p.folder, words...)
}

func (p project) write(name, text string) {
	p.t.Helper()
	path := filepath.Join(p.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		p.t.Fatal(err)
	}
}

// commit writes files and commits them under a tag.
func (p project) commit(tag string, files map[string]string) {
	p.t.Helper()
	for name, text := range files {
		p.write(name, text)
	}
	p.git("add", "--all")
	p.git("commit", "--quiet", "--allow-empty", "--message", tag)
	p.git("tag", tag)
}

// state is all that a test can see of a repository's checkout and of git's own files.
func (p project) state() string {
	p.t.Helper()
	var all []string
	err := filepath.WalkDir(p.folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		info, _ := d.Info()
		all = append(all, path+" "+info.Mode().String()+" "+info.ModTime().String()+" "+string(text))
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

func between(before, after build.State, repository string, command ...string) build.Arms {
	return build.Arms{
		Repository: repository, Command: command, Within: time.Minute,
		Sources: map[string]build.State{"before": before, "after": after},
	}
}

func store(t *testing.T) build.Store { return build.Store(filepath.Join(t.TempDir(), "builds")) }

func silent(string) {}

// clean fails when a build has left anything but builds in its store.
func clean(t *testing.T, s build.Store) {
	t.Helper()
	if n := process.EndMarked(filepath.Join(string(s), "work")); n != 0 {
		t.Errorf("%d processes of a build are left", n)
	}
	entries, err := os.ReadDir(string(s))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "lock" && len(e.Name()) != 64 {
			t.Errorf("%s is left", e.Name())
		}
	}
}

func read(t *testing.T, s build.Store, b build.Built, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Folder(b.Digest), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
