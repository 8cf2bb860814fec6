package harness

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	"aftershock/internal/clock"
	"aftershock/internal/units"

	"golang.org/x/sys/unix"
)

// machineLock is the file whose lock a run holds for its life. It is empty and stays: only its lock means something. It
// is the same for all users, and a container that has a /dev/shm of its own has a lock of its own.
const machineLock = "aftershock.lock"

// LockFolders are folders that every user can write to; the first that works holds the lock. Tests set a folder of
// their own before they run anything, so that they do not wait for what else runs on their machine.
var LockFolders = []string{"/dev/shm", "/tmp"}

// ErrMachineTaken is for a run that did not begin because another one measures on this machine. Each would be the
// other's noise.
var ErrMachineTaken = errors.New("another run of aftershock measures on this machine")

// TakeMachine takes this machine for a run, or for several one after the other, until release or the end of the
// process: the kernel then frees the lock, however the process ended, and no child holds it. While another process has
// it, TakeMachine waits, for no longer than wait and until ctx is done, and tells say for whom. An error that is
// neither ErrMachineTaken nor ctx's cause says that there is no place for a lock; release is never nil.
func TakeMachine(ctx context.Context, wait time.Duration, say func(line string)) (release func(), err error) {
	return takeLock(ctx, LockFolders, wait, say)
}

func takeLock(ctx context.Context, folders []string, wait time.Duration, say func(string)) (release func(), err error) {
	file, err := openLock(folders)
	if err != nil {
		return func() {}, fmt.Errorf("no lock that keeps other runs off this machine: %w", err)
	}
	release = func() { file.Close() }
	said := ""
	for deadline := time.Now().Add(wait); ; {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return release, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			release()
			return func() {}, fmt.Errorf("lock %s: %w", file.Name(), err)
		}
		other := holder(file)
		left := time.Until(deadline)
		if left <= 0 {
			release()
			return func() {}, fmt.Errorf("%w: %s, waited for %s", ErrMachineTaken, other, units.Short(wait))
		}
		if other != said {
			say(fmt.Sprintf("waiting for another run on this machine: %s; for %s at most",
				other, units.Short(left.Round(time.Second))))
			said = other
		}
		if err := clock.Sleep(ctx, min(left, 200*time.Millisecond)); err != nil {
			release()
			return func() {}, err
		}
	}
}

// openLock opens the lock's file for reading, which is all that a lock takes, and makes it when there is none. The
// kernel refuses to open another user's file in a sticky folder with O_CREAT (fs.protected_regular), so that comes
// second.
func openLock(folders []string) (*os.File, error) {
	var errs []error
	for _, folder := range folders {
		name := filepath.Join(folder, machineLock)
		for range 3 { // another process may make it between two attempts
			file, err := openRegular(name, 0)
			if errors.Is(err, fs.ErrNotExist) {
				if file, err = openRegular(name, unix.O_CREAT|unix.O_EXCL); err == nil {
					err = file.Chmod(0o644) // whatever the umask is, others may read it
				}
			}
			if err == nil {
				return file, nil
			}
			if !errors.Is(err, fs.ErrExist) {
				errs = append(errs, err)
				break
			}
		}
	}
	return nil, errors.Join(errs...)
}

// openRegular opens a file, and neither follows a link nor waits at a FIFO that lies in its place.
func openRegular(name string, how int) (*os.File, error) {
	file, err := os.OpenFile(name, how|os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0o644)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", name)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// holder says which process holds the file's lock, as far as the kernel tells this user.
func holder(file *os.File) string {
	var stat unix.Stat_t
	locks, err := os.ReadFile("/proc/locks")
	if err != nil || unix.Fstat(int(file.Fd()), &stat) != nil {
		return "another process"
	}
	id := fmt.Sprintf("%02x:%02x:%d", unix.Major(stat.Dev), unix.Minor(stat.Dev), stat.Ino)
	pid, ok := lockedBy(string(locks), id)
	if !ok {
		return "another process"
	}
	name := fmt.Sprintf("process %d", pid)
	command, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if words := readable(string(command)); err == nil && words != "" {
		name += " (" + words + ")"
	}
	return name
}

// readable makes one line of a command's words, which may hold anything: another user's too.
func readable(command string) string {
	const long = 120
	words := strings.Map(func(r rune) rune {
		switch {
		case r == 0:
			return ' '
		case !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, strings.Trim(command, "\x00"))
	return fmt.Sprintf("%.*s", long, words)
}

// lockedBy finds who holds an flock in the text of /proc/locks, by the file's device and inode, such as "00:1a:27".
//
// https://man7.org/linux/man-pages/man5/proc_locks.5.html
func lockedBy(locks, id string) (pid int, ok bool) {
	for line := range strings.Lines(locks) {
		// Number, kind, mode, access, process, file; one that waits has an arrow in the second place.
		f := strings.Fields(line)
		if len(f) < 6 || f[1] != "FLOCK" || f[5] != id {
			continue
		}
		if pid, err := strconv.Atoi(f[4]); err == nil && pid > 0 {
			return pid, true
		}
	}
	return 0, false
}
