package build_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"aftershock/internal/process"
	"aftershock/internal/slow"
	"aftershock/scenarios/build"
)

// The test binary is its own reapers.
func TestMain(m *testing.M) {
	if process.Role() == process.ReaperRole {
		os.Exit(process.Reap())
	}
	for name, value := range map[string]string{ // git's settings of this user are none of theirs
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull, "GIT_AUTHOR_NAME": "t",
		"GIT_AUTHOR_EMAIL":   "t@t",
		"GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@t", "GOFLAGS": "", "GOTOOLCHAIN": "local",
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func TestTwoRevisionsAreBuilt(t *testing.T) {
	slow.Boots(t)
	p, s := newProject(t), store(t)
	p.commit("v1", map[string]string{"sub/make": "#!/bin/sh\ngit describe --tags > $1/made\n", "other": "1"})
	p.commit("v2", map[string]string{"other": "2"})
	was := p.state()
	var said []string
	made, err := s.Build(t.Context(), between(build.State{Git: "v1"}, build.State{Git: "v2"},
		filepath.Join(p.folder, "sub"), "./make", "{out}"), func(line string) { said = append(said, line) })
	if err != nil {
		t.Fatal(err)
	}
	for arm, want := range map[string]string{"before": "v1\n", "after": "v2\n"} {
		b := made.Built[arm]
		if got := read(t, s, b, "made"); got != want || b.Dirty || len(b.Commit) != 40 || len(b.Digest) != 64 {
			t.Errorf("%s: %q, %+v", arm, got, b)
		}
		if err := s.Check(b.Digest); err != nil {
			t.Error(err)
		}
	}
	want := []string{"building before: v1 (commit " + build.Short(made.Built["before"].Commit) + ")",
		"building after: v2 (commit " + build.Short(made.Built["after"].Commit) + ")"}
	if !slices.Equal(said, want) || made.Same() {
		t.Errorf("said %q, want %q", said, want)
	}
	if p.state() != was {
		t.Error("the user's repository was written to")
	}
	clean(t, s)
}

// The working tree is what lies there: changed, added, deleted, and not what git ignores.
func TestTheWorkingTreeIsBuiltAsItIs(t *testing.T) {
	slow.Boots(t)
	p, s := newProject(t), store(t)
	p.commit("v1", map[string]string{"changed": "1", "deleted": "1", "kept": "1", ".gitignore": "/ignored\n"})
	if err := os.Symlink("kept", filepath.Join(p.folder, "link")); err != nil {
		t.Fatal(err)
	}
	p.write("changed", "2")
	p.write("new/file", "2")
	p.write("ignored", "2")
	p.git("rm", "--quiet", "deleted")
	was := p.state()
	made, err := s.Build(t.Context(), between(build.State{Git: "HEAD"}, build.State{}, p.folder), silent)
	if err != nil {
		t.Fatal(err)
	}
	before, after := made.Built["before"], made.Built["after"]
	if !after.Dirty || before.Dirty || after.Commit != before.Commit || made.Same() {
		t.Errorf("built %+v", made.Built)
	}
	if got := made.Says("after"); got != "working tree (commit "+build.Short(after.Commit)+" with changes)" {
		t.Errorf("says %q", got)
	}
	for name, want := range map[string]string{"changed": "2", "new/file": "2", "kept": "1", "link": "1"} {
		if got := read(t, s, after, name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, name := range []string{"deleted", "ignored", ".git"} {
		if _, err := os.Lstat(filepath.Join(s.Folder(after.Digest), name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is there: %v", name, err)
		}
	}
	if p.state() != was {
		t.Error("the user's repository was written to")
	}
	clean(t, s)
}

// A change of a comment is no other program, although Go writes the folder of a build into it.
func TestArmsOfTheSameBytes(t *testing.T) {
	slow.Boots(t)
	p, s := newProject(t), store(t)
	p.commit("v1", map[string]string{"go.mod": "module x\n", "main.go": "package main\n\nfunc main() {} // one\n"})
	p.commit("v2", map[string]string{"main.go": "package main\n\nfunc main() {} // two\n"})
	p.commit("v3", map[string]string{"main.go": "package main\n\nfunc main() { println(3) }\n"})
	command := []string{"go", "build", "-o", "{out}/x", "."}
	made, err := s.Build(t.Context(), between(build.State{Git: "v1"}, build.State{Git: "v2"}, p.folder, command...),
		silent)
	if err != nil || !made.Same() {
		t.Fatalf("built %+v, %v", made.Built, err)
	}
	other, err := s.Build(t.Context(), between(build.State{Git: "v1"}, build.State{Git: "v3"}, p.folder, command...),
		silent)
	if err != nil || other.Same() || other.Built["before"].Digest != made.Built["before"].Digest {
		t.Errorf("built %+v, %v", other.Built, err)
	}
	clean(t, s)
}

func TestBuildsThatFail(t *testing.T) {
	slow.Boots(t)
	p := newProject(t)
	p.commit("v1", map[string]string{"x": "1", "sub/x": "1"})
	p.git("rm", "--quiet", "-r", "sub")
	p.commit("v2", map[string]string{"x": "syntax error"})
	good := build.State{Git: "v1"}
	for name, c := range map[string]struct {
		arms    build.Arms
		unknown bool
		want    string
	}{
		"its output is shown": {
			between(good, build.State{Git: "v2"}, p.folder, "sh", "-c",
				"grep 1 x >{out}/x || { cat x >&2; exit 7; }"), false,
			"arms.after: sh -c 'grep 1 x >{out}/x || { cat x >&2; exit 7; }' ended with exit code 7; it printed:\n" +
				"    syntax error",
		},
		"says nothing": {between(good, good, p.folder, "false"), false,
			"arms.before: false ended with exit code 1; it printed nothing"},
		"no such tool": {between(good, good, p.folder, "no-such-tool"), false,
			`no-such-tool cannot be started: exec: "no-such-tool": executable file not found in $PATH`},
		"leaves nothing": {between(good, good, p.folder, "true", "{out}"), false, "the build left no file in {out}"},
		"leaves a pipe": {between(good, good, p.folder, "mkfifo", "{out}/x"), false,
			"x is neither a file nor a link, and cannot be kept"},
		"takes too long": {func() build.Arms {
			a := between(good, good, p.folder, "sh", "-c", "echo patience; sleep 600; echo {out}")
			a.Within = 2 * time.Second
			return a
		}(), false, "did not end within 2s (arms.within); it printed:\n    patience"},
		"no such revision": {between(good, build.State{Git: "v9"}, p.folder), true,
			`arms.after: revision "v9" is not in the repository ` + p.folder},
		"no such folder": {between(good, good, filepath.Join(p.folder, "none")), true, "no such file or directory"},
		"no repository":  {between(good, good, t.TempDir()), true, "not a git repository"},
		"a file":         {between(good, good, filepath.Join(p.folder, "x")), true, "x is no folder"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := store(t)
			_, err := s.Build(t.Context(), c.arms, silent)
			var unknown *build.Unknown
			if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), filepath.Join(string(s), "work", "out"),
				"{out}"), c.want) || errors.As(err, &unknown) != c.unknown {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			clean(t, s)
		})
	}
}

func TestAFolderThatARevisionDoesNotHave(t *testing.T) {
	slow.Boots(t)
	p, s := newProject(t), store(t)
	p.commit("v1", map[string]string{"x": "1"})
	p.commit("v2", map[string]string{"sub/x": "1"})
	_, err := s.Build(t.Context(), between(build.State{Git: "v1"}, build.State{Git: "v2"}, filepath.Join(p.folder,
		"sub")),
		silent)
	if err == nil || !strings.Contains(err.Error(), "arms.before: v1 has no folder sub") {
		t.Errorf("got %v", err)
	}
	clean(t, s)
}

// Ctrl-C ends the build, its children and what has left its group, and leaves no file.
func TestABuildThatIsInterrupted(t *testing.T) {
	slow.Boots(t)
	p, s := newProject(t), store(t)
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	p.commit("v1", map[string]string{"make": "#!/bin/sh\ntrap '' TERM\nsetsid sleep 600 &\nsleep 600 &\n" +
		"echo $! > " + fifo + "\nwait\n"})
	interrupted := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		text, err := os.ReadFile(fifo) // waits until the build has begun
		if err != nil || len(bytes.TrimSpace(text)) == 0 {
			t.Errorf("fifo: %q, %v", text, err)
		}
		cancel(interrupted)
	}()
	_, err := s.Build(ctx, between(build.State{Git: "v1"}, build.State{Git: "v1"}, p.folder, "./make"), silent)
	if !errors.Is(err, interrupted) {
		t.Errorf("got %v", err)
	}
	clean(t, s)
}

// A second build waits for the first, as both use one folder, and ends as soon as it is told to.
func TestOneBuildAtATime(t *testing.T) {
	slow.Boots(t)
	p, s := newProject(t), store(t)
	p.commit("v1", map[string]string{"x": "1"})
	if err := os.MkdirAll(string(s), 0o700); err != nil {
		t.Fatal(err)
	}
	lock, err := os.Create(filepath.Join(string(s), "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	interrupted := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err = s.Build(ctx, between(build.State{Git: "v1"}, build.State{Git: "v1"}, p.folder), func(line string) {
		if line == "waiting for another build of aftershock" {
			cancel(interrupted)
		}
	})
	if !errors.Is(err, interrupted) {
		t.Errorf("got %v", err)
	}
}

func TestAStoreKeepsWhatWasUsedLast(t *testing.T) {
	slow.Boots(t)
	p, s := newProject(t), store(t)
	p.commit("v1", map[string]string{"x": "1"})
	if err := os.MkdirAll(string(s), 0o700); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-time.Hour)
	for i := range 20 {
		old := s.Folder(strings.Repeat(strconv.Itoa(i%10), 63) + string(rune('a'+i/10)))
		if err := os.Mkdir(old, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(old, long, long); err != nil {
			t.Fatal(err)
		}
	}
	made, err := s.Build(t.Context(), between(build.State{Git: "v1"}, build.State{}, p.folder), silent)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(string(s))
	if err != nil || len(entries) != 17 { // with the lock
		t.Errorf("%d entries, %v", len(entries), err)
	}
	digest := made.Built["after"].Digest
	if err := s.Check(digest); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(s.Folder(digest), "x"), []byte("2"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(digest); err == nil || !strings.Contains(err.Error(), "was changed: its digest is now") {
		t.Errorf("got %v", err)
	}
	if again, err := s.Build(t.Context(), made, silent); err != nil || s.Check(again.Built["after"].Digest) != nil {
		t.Errorf("a changed build is built again: %v", err)
	}
	if err := os.RemoveAll(s.Folder(digest)); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(digest); err == nil || !strings.Contains(err.Error(), "is gone from") {
		t.Errorf("got %v", err)
	}
}

// A build without reach of the network says what would allow it.
func TestNothingIsDownloaded(t *testing.T) {
	slow.Boots(t)
	p, s := newProject(t), store(t)
	p.commit("v1", map[string]string{"go.mod": "module x\n\ngo 1.21\n", "main.go": "package main\n\nfunc main() {}\n"})
	for name, c := range map[string]struct {
		state build.State
		want  string
	}{
		"module":    {build.State{Modules: []string{"example.com/none@v1.0.0"}}, "example.com/none"},
		"toolchain": {build.State{Toolchain: "go1.21.99"}, "go1.21.99"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Build(t.Context(), between(build.State{}, c.state, p.folder, "go", "build", "-o", "{out}/x",
				"."),
				silent)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(),
				`"downloads: true"`) {
				t.Errorf("got %v", err)
			}
			clean(t, s)
		})
	}
}
