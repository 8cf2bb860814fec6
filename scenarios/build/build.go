package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"aftershock/internal/process"
)

// Build builds every arm, keeps what came of it in the store, and returns the arms with what they were built to. Two
// arms of one state are built once. Say is told what is under way. A failed build is a *Failed; a revision or a
// repository that is not there, an *Unknown. When ctx is done the build ends with all that it has started, and nothing
// of it stays.
func (s Store) Build(ctx context.Context, a Arms, say func(string)) (_ Arms, err error) {
	repo, err := openRepository(ctx, a.Repository)
	if err != nil {
		return a, err
	}
	// Before the first build: a mistyped revision of the second arm need not cost the first one's minutes.
	a.Built = map[string]Built{}
	for _, arm := range a.Names() {
		var b Built
		if b.Commit, err = repo.commit(ctx, revision(a.Sources[arm])); err != nil {
			return a, &ArmError{arm, err}
		}
		a.Built[arm] = b
	}
	b, err := s.open(ctx, say)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	names := a.Names()
	for i, arm := range names {
		same := func(other string) bool { return reflect.DeepEqual(a.Sources[other], a.Sources[arm]) }
		if twin := slices.IndexFunc(names[:i], same); twin >= 0 {
			a.Built[arm] = a.Built[names[twin]]
			continue
		}
		say(fmt.Sprintf("building %s: %s", arm, a.Says(arm)))
		done, err := s.one(ctx, b, repo, a, arm)
		if err != nil {
			return a, &ArmError{arm, err}
		}
		a.Built[arm] = done
		if err := b.empty(); err != nil {
			return a, err
		}
	}
	return a, s.prune()
}

// ArmError is an arm that was not built, or not to what its command needs.
type ArmError struct {
	Arm string
	error
}

func (e *ArmError) Error() string { return "arms." + e.Arm + ": " + e.error.Error() }
func (e *ArmError) Unwrap() error { return e.error }

// NoProgram is the error of an arm whose build left no program where the target's command looks for it.
func NoProgram(arm, command string) error {
	return &ArmError{arm, fmt.Errorf("what was built has no program %s", command)}
}

// revision is the one whose tree an arm begins with.
func revision(s State) string {
	if s.Git == "" {
		return "HEAD"
	}
	return s.Git
}

// one builds one arm on the bench.
func (s Store) one(ctx context.Context, b *bench, repo repository, a Arms, arm string) (Built, error) {
	done, state := a.Built[arm], a.Sources[arm]
	if err := repo.checkOut(ctx, done.Commit, b.tree()); err != nil {
		return done, err
	}
	if state.Git == "" {
		var err error
		if done.Dirty, err = repo.copyChanges(ctx, b.tree()); err != nil {
			return done, err
		}
	}
	folder := filepath.Join(b.tree(), repo.inside)
	if _, err := os.Stat(folder); err != nil {
		return done, &Unknown{fmt.Errorf("%s has no folder %s", state, repo.inside)}
	}
	t := tool{folder: folder, env: environment(b, a, state)}
	if len(state.Modules) > 0 || state.Toolchain != "" {
		var err error
		if done.Go, err = t.prepare(ctx, a, state); err != nil {
			return done, err
		}
	}
	made, whole := b.tree(), true
	if len(a.Command) > 0 {
		t.within = a.Within
		line, given := commandOf(a.Command, b.out())
		if err := t.do(ctx, io.Discard, line); err != nil {
			return done, a.hint(err)
		}
		if given {
			made, whole = b.out(), false
		}
	}
	process.EndMarked(b.folder) // a build server that it started would go on writing
	if whole {
		if err := os.RemoveAll(filepath.Join(made, ".git")); err != nil {
			return done, err
		}
		made = filepath.Join(made, repo.inside)
	}
	var err error
	done.Digest, err = s.put(made)
	return done, err
}

// commandOf is a build command with its folder in place, and whether it asks for that folder.
func commandOf(words []string, out string) (line []string, given bool) {
	for _, word := range words {
		given = given || strings.Contains(word, Out)
		line = append(line, strings.ReplaceAll(word, Out, out))
	}
	return line, given
}

// environment is that of aftershock and what a build of Go needs to know. Neither the revision nor a digest of the
// source is stamped into a program: two revisions that are the same program would never be the same bytes.
func environment(b *bench, a Arms, s State) []string {
	env := inherited("GOFLAGS", "TMPDIR")
	flags := os.Getenv("GOFLAGS")
	for flag, value := range map[string]string{"-buildvcs": "false", "-ldflags": "-buildid="} {
		if !strings.Contains(flags, flag) {
			flags += " " + flag + "=" + value
		}
	}
	if len(s.Modules) > 0 {
		flags = strings.Join(slices.DeleteFunc(strings.Fields(flags), func(f string) bool {
			return strings.HasPrefix(f, "-mod=")
		}), " ") + " -mod=mod"
	}
	env = append(env, "GOFLAGS="+strings.TrimSpace(flags), "TMPDIR="+b.tmp(), process.FolderVariable+"="+b.folder)
	if !a.Downloads {
		// What is in Go's caches was checked when it was fetched.
		env = append(env, "GOPROXY=off", "GOSUMDB=off", "GOTOOLCHAIN=local")
	}
	if s.Toolchain != "" {
		env = append(env, "GOTOOLCHAIN="+s.Toolchain)
	}
	return env
}
