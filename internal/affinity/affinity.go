// Package affinity keeps threads to some of the machine's cores. A core here is what the kernel calls a logical CPU.
//
// The kernel keeps an affinity per thread and hands it on to whatever the thread creates (sched_setaffinity(2)). So one
// thread can start a child that is kept to other cores than its parent, and keeping a process to some cores means doing
// so for every thread that it has.
package affinity

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// most is how many cores the masks have room for, as many as Go's runtime looks at. The kernel refuses to tell an
// affinity to a caller whose mask is smaller than its own.
const most = 64 << 10

// changing is held while affinities are changed: Keep would otherwise be undone on a thread that is to have its own
// affinity back, or would change it in the middle of During.
var changing sync.Mutex

// Cores lists the cores that this process may run on, in ascending order: those of its main thread.
func Cores() ([]int, error) { return of(os.Getpid()) }

// During keeps the calling thread to the cores while do runs, and then gives it its own affinity back. The goroutine
// must be locked to its thread. No cores leave the thread as it is.
//
// The kernel keeps what do starts to the cores too: a child process from its first instruction on, which is when Go's
// runtime counts them. New threads of this process are not kept to them, because the runtime creates threads from one
// that is not locked (runtime.LockOSThread).
func During(cores []int, do func() error) (err error) {
	if len(cores) == 0 {
		return do()
	}
	changing.Lock()
	defer changing.Unlock()
	own, err := of(self)
	if err != nil {
		return err
	}
	if err := set(self, cores); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set(self, own)) }()
	return do()
}

// self stands for the calling thread.
const self = 0

// of lists the cores of one thread.
func of(thread int) ([]int, error) {
	mask := unix.NewCPUSet(most)
	if err := unix.SchedGetaffinityDynamic(thread, mask); err != nil {
		return nil, fmt.Errorf("read the CPU affinity: %w", err)
	}
	return members(mask), nil
}

// set keeps one thread to exactly these cores, or leaves it as it is.
func set(thread int, cores []int) error {
	own, err := of(thread)
	if err != nil {
		return err
	}
	if err := request(thread, cores); err != nil && !errors.Is(err, unix.EINVAL) {
		return err
	}
	// The kernel drops cores that do not exist or that the cpuset does not hold, and minds (EINVAL) when none is left.
	got, err := of(thread)
	if err != nil {
		return err
	}
	if slices.Equal(got, ordered(cores)) {
		return nil
	}
	err = fmt.Errorf("cores %s: this machine, or the cpuset of this process, has no %s%s",
		Format(cores), Format(without(cores, got)), online())
	return errors.Join(err, request(thread, own))
}

func request(thread int, cores []int) error {
	mask := unix.NewCPUSet(most)
	for _, core := range cores {
		if core < 0 || core >= most {
			return fmt.Errorf("core %d: the kernel numbers them from 0, and this reads up to %d", core, most-1)
		}
		mask.Set(core)
	}
	if err := unix.SchedSetaffinityDynamic(thread, mask); err != nil {
		return fmt.Errorf("set the CPU affinity to %s: %w", Format(cores), err)
	}
	return nil
}

// without lists those of the cores that are not among the others.
func without(cores, others []int) []int {
	return slices.DeleteFunc(slices.Clone(cores), func(core int) bool { return slices.Contains(others, core) })
}

// online says which cores the machine has in use, for errors.
func online() string {
	text, err := os.ReadFile("/sys/devices/system/cpu/online")
	if err != nil {
		return ""
	}
	return " (online: " + strings.TrimSpace(string(text)) + ")"
}
