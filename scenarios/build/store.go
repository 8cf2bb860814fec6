package build

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"aftershock/internal/process"

	"golang.org/x/sys/unix"
)

// Store is a folder of the user's that keeps what was built, each under its digest, so that a run can be resumed.
type Store string

// kept is how many builds a store keeps: those that were used last.
const kept = 16

// The folders of a store beside the builds.
const (
	workFolder = "work" // the build that is under way; removed with all that it started
	lockFile   = "lock"
)

// UserStore is the store in the user's cache (XDG_CACHE_HOME).
func UserStore() (Store, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder for what the arms are built to: %w", err)
	}
	return Store(filepath.Join(cache, "aftershock", "builds")), nil
}

// Folder is where a build is kept.
func (s Store) Folder(digest string) string { return filepath.Join(string(s), digest) }

// Check refuses a build that is not there any more, or is not what it was.
func (s Store) Check(digest string) error {
	is, err := treeDigest(s.Folder(digest))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("the build %s is gone from %s", Short(digest), s)
	case err != nil:
		return err
	case is != digest:
		return fmt.Errorf("the build %s was changed: its digest is now %s", s.Folder(digest), Short(is))
	}
	return s.used(digest)
}

// put keeps a folder under its digest.
func (s Store) put(folder string) (digest string, err error) {
	if digest, err = treeDigest(folder); err != nil {
		return "", err
	}
	if s.Check(digest) == nil {
		return digest, nil
	}
	if err := os.RemoveAll(s.Folder(digest)); err != nil {
		return "", err
	}
	if err := os.Rename(folder, s.Folder(digest)); err != nil {
		return "", err
	}
	return digest, s.used(digest)
}

func (s Store) used(digest string) error {
	now := time.Now()
	return os.Chtimes(s.Folder(digest), now, now)
}

// prune removes the builds that were not used for longest.
func (s Store) prune() error {
	entries, err := os.ReadDir(string(s))
	if err != nil {
		return err
	}
	type build struct {
		name string
		used time.Time
	}
	var all []build
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && e.IsDir() && e.Name() != workFolder {
			all = append(all, build{e.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b build) int { return cmp.Or(b.used.Compare(a.used), cmp.Compare(a.name, b.name)) })
	var errs []error
	for _, b := range all[min(kept, len(all)):] {
		errs = append(errs, os.RemoveAll(s.Folder(b.name)))
	}
	return errors.Join(errs...)
}

// bench is the folder in which one thing is built at a time. It is always at one place, because compilers write paths
// into what they make: two revisions that are the same program should be the same bytes.
type bench struct {
	folder string
	lock   *os.File
	reaper *process.Process
}

// open waits for the store's bench, and empties it.
func (s Store) open(ctx context.Context, say func(string)) (_ *bench, err error) {
	if err := os.MkdirAll(string(s), 0o700); err != nil {
		return nil, err
	}
	b := &bench{folder: filepath.Join(string(s), workFolder)}
	if b.lock, err = os.OpenFile(filepath.Join(string(s), lockFile), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	said := false
	for unix.Flock(int(b.lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		if !said {
			say("waiting for another build of aftershock")
			said = true
		}
		select {
		case <-ctx.Done():
			b.folder = "" // it is the other's
			return nil, context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
	if err := b.empty(); err != nil {
		return nil, err
	}
	// Once this process is gone, however it went, its reaper ends what a build has started.
	b.reaper, err = process.StartReaper(b.folder)
	return b, err
}

// empty ends what is left of a build, and makes the folder anew.
func (b *bench) empty() error {
	process.EndMarked(b.folder)
	if err := removeAll(b.folder); err != nil {
		return err
	}
	for _, name := range []string{"tree", "out", "tmp"} {
		if err := os.MkdirAll(filepath.Join(b.folder, name), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// removeAll removes a folder, also one with folders that must not be written to, such as a module cache.
func removeAll(folder string) error {
	err := os.RemoveAll(folder)
	if err == nil {
		return nil
	}
	_ = filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			_ = os.Chmod(path, 0o700) // the second removal says what is wrong
		}
		return nil
	})
	return os.RemoveAll(folder)
}

func (b *bench) tree() string { return filepath.Join(b.folder, "tree") }
func (b *bench) out() string  { return filepath.Join(b.folder, "out") }
func (b *bench) tmp() string  { return filepath.Join(b.folder, "tmp") }

// close ends what is left of a build and removes the folder.
func (b *bench) close() (err error) {
	if b.folder != "" {
		process.EndMarked(b.folder)
		err = removeAll(b.folder)
	}
	if b.reaper != nil {
		err = errors.Join(err, b.reaper.Signal(unix.SIGKILL))
		<-b.reaper.Done()
	}
	return errors.Join(err, b.lock.Close())
}
