// Package history keeps nights and decisions about alarms in a folder: a file each, which is written once.
//
// So git merges what two machines wrote, an object store can hold the folder, and a crash loses at most the night that
// was being written. The folder belongs to its user, and may hold other files.
package history

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"aftershock/internal/regular"
	"aftershock/results/trend"
)

// The folders within a history.
const (
	Nights    = "nights"
	Decisions = "decisions"
)

// Load reads a folder. Files that cannot be read are problems, each with the file's name, and hide no other file. An
// error means that there is no such folder, or that it is no history.
func Load(dir string) (h trend.History, problems []error, err error) {
	if _, err := os.Stat(filepath.Join(dir, Nights)); err != nil {
		return h, nil, fmt.Errorf("%s is not a history: %w", dir, err)
	}
	names, bad, err := list(filepath.Join(dir, Nights))
	if err != nil {
		return h, nil, err
	}
	problems = append(problems, bad...)
	for _, name := range names {
		n, err := read(name, trend.Parse)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		h.Nights = append(h.Nights, trend.Stored{File: filepath.Base(name), Night: n})
	}
	names, bad, err = list(filepath.Join(dir, Decisions))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return h, problems, err
	}
	problems = append(problems, bad...)
	for _, name := range names {
		d, err := read(name, trend.ParseDecision)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		h.Decisions = append(h.Decisions, d)
	}
	return h, problems, nil
}

// list gives the files of a folder in the order of their names, which is that of time. What begins with a dot is not
// looked at: it is git's, or was being written during a crash.
func list(dir string) (names []string, problems []error, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			problems = append(problems, fmt.Errorf("%s: is a folder, and does not belong here", name))
		default:
			names = append(names, name)
		}
	}
	return names, problems, nil
}

func read[T any](name string, parse func(string, []byte) (T, error)) (T, error) {
	data, err := regular.Read(name)
	if err != nil {
		var none T
		return none, err
	}
	return parse(name, data)
}

// Add writes a night, and gives the path of its file. The night is linked to the newest one that the folder holds. The
// folder is made when there is none.
func Add(dir string, n trend.Night) (string, error) {
	folder := filepath.Join(dir, Nights)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	names, _, err := list(folder)
	if err != nil {
		return "", err
	}
	for _, name := range names {
		n.Previous = max(n.Previous, filepath.Base(name))
	}
	name, data, err := n.Text()
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, name), write(folder, name, data)
}

// Decide writes a decision about an alarm, and gives the path of its file.
func Decide(dir string, d trend.Decision) (string, error) {
	folder := filepath.Join(dir, Decisions)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	name, data, err := d.Text()
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, name), write(folder, name, data)
}

// write makes a file that was not there: whole or not at all, and on the disk when it returns.
func write(folder, name string, data []byte) (err error) {
	file, err := os.CreateTemp(folder, "."+name+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreGone(os.Remove(file.Name())))
		}
	}()
	_, err = file.Write(data)
	if err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := place(file.Name(), filepath.Join(folder, name)); err != nil {
		return err
	}
	return syncFolder(folder)
}

// place gives a file its name, and fails if there is one of that name already. Where the file system cannot do that in
// one step, it looks first: a name follows from the bytes, so what a race could overwrite is the same.
func place(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	if !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOSYS) {
		if err != nil {
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
		}
		return nil
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return cmp.Or(err, error(&fs.PathError{Op: "create", Path: to, Err: fs.ErrExist}))
	}
	return os.Rename(from, to)
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
