package harness

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"aftershock/harness/preflight"
	"aftershock/internal/process"
	"aftershock/internal/units"

	"golang.org/x/sys/unix"
)

// Where members keep their data.
const (
	Tmpfs = "tmpfs" // memory: fsync is free, so elections and not the disk are measured
	Disk  = "disk"  // the file system of the temporary folder
)

const (
	rootPrefix = "aftershock-"
	lockName   = "lock"
)

// dataRoot is the folder that holds all members' data of one run. It is removed however the run ends: by Close, by
// the reaper when this process was killed, or by the next run's sweep when both were killed.
type dataRoot struct {
	Path   string
	lock   *os.File
	reaper *process.Process
}

// newDataRoot sweeps what earlier runs left and makes a root of its own.
func newDataRoot(kind string, members int) (_ *dataRoot, err error) {
	base, err := rootBase(kind, members)
	if err != nil {
		return nil, err
	}
	sweep(base)
	r, err := reserve(base)
	if err != nil {
		return nil, fmt.Errorf("data root: %w", err)
	}
	path := r.Path
	defer func() {
		if err != nil {
			err = errors.Join(err, r.Close())
		}
	}()
	// It is locked before it gets its name: another run's sweep takes every lock of that name that it can get.
	unnamed := filepath.Join(path, lockName+".new")
	if r.lock, err = os.Create(unnamed); err != nil {
		return nil, fmt.Errorf("data root: %w", err)
	}
	if err := unix.Flock(int(r.lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, fmt.Errorf("data root: lock %s: %w", r.lock.Name(), err)
	}
	if err := os.Rename(unnamed, filepath.Join(path, lockName)); err != nil {
		return nil, fmt.Errorf("data root: %w", err)
	}
	return r, nil
}

// reserve makes an empty root. Its reaper is told the name before the folder is there: a process that is killed between
// the two would leave it for good.
func reserve(base string) (*dataRoot, error) {
	r := &dataRoot{}
	path := filepath.Join(base, rootPrefix+rand.Text())
	reaper, err := process.StartReaper(path)
	if err != nil {
		return nil, err
	}
	r.reaper = reaper
	if err := os.Mkdir(path, 0o700); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.Path = path
	return r, nil
}

// spaceAMember is what a member's data takes at most: etcd reserves two segments of 64 MB for its log at once, and a
// trial's writes come on top. Too little would end in etcd's panic in mid-trial; a container's default of 64 MB is.
const spaceAMember = 160 << 20

// rootBase is the folder in which roots of a kind are made, with room for that many members.
func rootBase(kind string, members int) (string, error) {
	base, hint := os.TempDir(), ""
	if kind == Tmpfs {
		base, hint = "/dev/shm", " (in a container: shm_size)"
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(base, &fs); err != nil {
		return "", fmt.Errorf("data root: %s: %w", base, err)
	}
	if kind == Tmpfs && fs.Type != unix.TMPFS_MAGIC {
		return "", fmt.Errorf("data root: %s is not a tmpfs; set cluster.data to %s in the scenario", base, Disk)
	}
	if free, need := fs.Bavail*uint64(fs.Bsize), uint64(members)*spaceAMember; free < need {
		return "", fmt.Errorf("data root: %s has %d MB free, and %s would take %d MB%s", base, free>>20,
			units.Count(members, "member"), need>>20, hint)
	}
	if err := preflight.Writable(base); err != nil {
		return "", fmt.Errorf("data root: %w%s", err, elsewhere(kind))
	}
	return base, nil
}

// elsewhere says what to do about a place that cannot be written to. To use a disk instead would measure something
// else.
func elsewhere(kind string) string {
	if kind == Tmpfs {
		return ": mount it so that this user can write to it, or set cluster.data to " + Disk + " in the scenario"
	}
	return ": name another folder in TMPDIR"
}

// sweep removes roots whose lock is free: no process holds them any more. Roots that cannot be removed belong to
// another user.
func sweep(base string) {
	locks, _ := filepath.Glob(filepath.Join(base, rootPrefix+"*", lockName)) // the pattern is well-formed
	for _, name := range locks {
		lock, err := os.Open(name)
		if err != nil {
			continue
		}
		if unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			_ = os.RemoveAll(filepath.Dir(name))
		}
		lock.Close()
	}
}

// Trial makes an empty folder for one trial's members; "" when the run has none.
func (r *dataRoot) Trial() (string, error) {
	if r.Path == "" {
		return "", nil
	}
	return os.MkdirTemp(r.Path, "trial-")
}

// Close removes the root, and ends the reaper, which has nothing left to do.
func (r *dataRoot) Close() (err error) {
	if r.Path != "" {
		err = os.RemoveAll(r.Path)
	}
	if r.reaper != nil {
		err = errors.Join(err, r.reaper.Signal(syscall.SIGKILL))
		<-r.reaper.Done()
	}
	if r.lock != nil {
		err = errors.Join(err, r.lock.Close())
	}
	return err
}
