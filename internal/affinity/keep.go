package affinity

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// threads is where the kernel lists the threads of this process.
const threads = "/proc/self/task"

// Keep keeps this process to the cores: every thread that it has, and so every one that it will have. Children that are
// started later inherit it. GOMAXPROCS follows at once, unless the environment sets it: the runtime itself notices an
// affinity that has changed, but only within a second or more.
func Keep(cores []int) error {
	if len(cores) == 0 {
		return errors.New("keep this process to no cores at all: name one")
	}
	changing.Lock()
	defer changing.Unlock()
	for changed := true; changed; {
		var err error
		if changed, err = keepThreads(ordered(cores)); err != nil {
			return err
		}
	}
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.SetDefaultGOMAXPROCS()
	}
	return nil
}

// keepThreads goes once through the threads. While it does, one that was not reached yet may create another: only when
// none had to be changed, all of them and whatever they create are kept.
func keepThreads(cores []int) (changed bool, err error) {
	entries, err := os.ReadDir(threads)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		thread, err := strconv.Atoi(e.Name())
		if err != nil {
			return changed, fmt.Errorf("%s: %q is not a thread id", threads, e.Name())
		}
		now, err := of(thread)
		if err == nil && slices.Equal(now, cores) {
			continue
		}
		if err == nil {
			err = set(thread, cores)
		}
		if errors.Is(err, unix.ESRCH) { // it has ended
			continue
		}
		if err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}
