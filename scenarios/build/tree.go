package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aftershock/internal/process"
)

// repository is a repository of the user's, which is only read.
type repository struct {
	tool
	top    string // the folder of its checkout
	inside string // the folder that the scenario names, below it; "" for itself
}

// without are variables by which git finds another repository than the one of its folder: hooks have them set.
var without = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_PREFIX", "GIT_COMMON_DIR", process.FolderVariable, FolderVariable,
}

// inherited is our environment without variables of these names.
func inherited(names ...string) (env []string) {
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !slices.Contains(without, name) && !slices.Contains(names, name) {
			env = append(env, v)
		}
	}
	return env
}

// openRepository finds the repository of a folder. Its git asks nothing, and refreshes no index of the user's.
func openRepository(ctx context.Context, folder string) (r repository, err error) {
	r.tool = tool{folder: folder, env: append(inherited(), "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")}
	info, err := os.Stat(folder)
	switch {
	case err != nil:
		return r, &Unknown{fmt.Errorf("arms.repository: %w", err)}
	case !info.IsDir():
		return r, &Unknown{fmt.Errorf("arms.repository: %s is no folder", folder)}
	}
	text, err := r.run(ctx, "git", "rev-parse", "--show-toplevel", "--show-prefix")
	if err != nil {
		return r, r.unknown(ctx, "arms.repository: no git repository with a checkout", err)
	}
	top, inside, ok := strings.Cut(text, "\n")
	if !ok || top == "" {
		return r, &Unknown{fmt.Errorf("arms.repository: git names no folder for %s", folder)}
	}
	r.top, r.inside = top, strings.TrimSuffix(strings.TrimSuffix(inside, "\n"), "/")
	return r, nil
}

// Unknown is a repository, a revision or a binary that is not there: a mistake in a scenario or a command, and no
// failure.
type Unknown struct{ Err error }

func (e *Unknown) Error() string { return e.Err.Error() }

func (e *Unknown) Unwrap() error { return e.Err }

// unknown is an error of git's about what it was asked for. One of ctx is none.
func (r repository) unknown(ctx context.Context, what string, err error) error {
	var failed *Failed
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if errors.As(err, &failed) && failed.Output != "" {
		return &Unknown{fmt.Errorf("%s: %s", what, strings.ReplaceAll(failed.Output, "\n", "; "))}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// commit finds the commit of a revision.
func (r repository) commit(ctx context.Context, revision string) (string, error) {
	text, err := r.run(ctx, "git", "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err == nil {
		return strings.TrimSpace(text), nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return "", cause
	}
	hint := ""
	if text, err := r.run(ctx, "git", "rev-parse", "--is-shallow-repository"); err == nil &&
		strings.TrimSpace(text) == "true" {
		hint = "; the repository is shallow: fetch it whole (git fetch --unshallow, or fetch-depth: 0 in CI)"
	}
	return "", &Unknown{fmt.Errorf("revision %q is not in the repository %s%s", revision, r.top, hint)}
}

// checkOut makes the tree of a commit in a folder that is empty. It is a clone of its own that borrows the objects, so
// that a build that asks git for its version gets an answer. Nothing is written to the user's repository.
func (r repository) checkOut(ctx context.Context, commit, into string) error {
	quiet := []string{"git", "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"}
	clone := slices.Concat(quiet, []string{"clone", "--quiet", "--shared", "--no-checkout", "--template=", "--",
		r.top, into})
	if _, err := r.run(ctx, clone...); err != nil {
		return err
	}
	there := r.tool
	there.folder = into
	_, err := there.run(ctx, slices.Concat(quiet, []string{"checkout", "--quiet", "--force", "--detach", commit})...)
	return err
}

// copyChanges makes a tree of HEAD what the user's checkout is: files that were changed, added or deleted, without
// those that git ignores. It tells whether there were any.
func (r repository) copyChanges(ctx context.Context, into string) (dirty bool, err error) {
	top := r.tool
	top.folder = r.top
	text, err := top.run(ctx, "git", "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all",
		"--ignore-submodules=all")
	if err != nil {
		return false, err
	}
	for entry := range strings.SplitSeq(text, "\x00") {
		if len(entry) < len("XY f") {
			continue
		}
		name := entry[len("XY "):]
		if err := copyOne(filepath.Join(r.top, name), filepath.Join(into, name)); err != nil {
			return true, err
		}
		dirty = true
	}
	return dirty, nil
}

// copyOne makes one path as it is elsewhere: a file, a link, or nothing.
func copyOne(from, to string) error {
	info, err := os.Lstat(from)
	deleted := errors.Is(err, fs.ErrNotExist)
	if err != nil && !deleted {
		return err
	}
	if err := os.RemoveAll(to); err != nil || deleted {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	switch mode := info.Mode(); {
	case mode.Type() == fs.ModeSymlink:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case mode.IsRegular():
		return copyFile(from, to, mode.Perm())
	case mode.IsDir(): // a repository within the repository
		return fmt.Errorf("%s is a repository of its own, and is not copied", from)
	default:
		return fmt.Errorf("%s is neither a file nor a link", from)
	}
}

func copyFile(from, to string, mode fs.FileMode) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	copied, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode|0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(copied, source)
	return errors.Join(err, copied.Close())
}
