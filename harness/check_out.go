package harness

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"aftershock/internal/regular"

	"golang.org/x/sys/unix"
)

// CheckOut refuses a folder for results that cannot be made or written to, or whose disk has less room than needed, in
// bytes. It leaves no folder: a run that is refused for another reason must not leave one either.
func CheckOut(out string, need uint64) error {
	base, err := nearestFolder(out)
	if err != nil {
		return fmt.Errorf("--out %s: %w", out, err)
	}
	probe, err := os.CreateTemp(base, ".probe-")
	if err != nil {
		return fmt.Errorf("--out %s is not writable: %w", out, err)
	}
	_, err = probe.Write(make([]byte, 4096))
	if err = errors.Join(err, probe.Sync(), probe.Close(), os.Remove(probe.Name())); err != nil {
		return fmt.Errorf("--out %s cannot be written: %w", out, err)
	}
	free, err := FreeSpace(base)
	if err != nil {
		return fmt.Errorf("--out %s: %w", out, err)
	}
	if free < need {
		path, _ := filepath.Abs(out)
		return fmt.Errorf("--out %s: the disk has %d MB free, the run may need %d MB", path, free>>20, need>>20)
	}
	return nil
}

// FreeSpace is how many bytes this user can still write into a folder, which may have to be made.
func FreeSpace(folder string) (uint64, error) {
	base, err := nearestFolder(folder)
	if err != nil {
		return 0, err
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(base, &disk); err != nil {
		return 0, fmt.Errorf("%s: %w", base, err)
	}
	return disk.Bavail * uint64(disk.Bsize), nil
}

// nearestFolder is the folder itself, or the nearest existing one above it.
func nearestFolder(path string) (string, error) {
	for path = filepath.Clean(path); ; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			return path, nil
		case err == nil:
			return "", fmt.Errorf("%s is %s, and has to be a folder", path, regular.Kind(info.Mode()))
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ENOTDIR):
			return "", err
		}
		if _, err := os.Lstat(path); err == nil {
			return "", fmt.Errorf("%s is a link to nothing, and has to be a folder", path)
		}
	}
}
