package process

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// children books the CPU time of all children of this process: those that run, and the sum of those that have ended.
var children = family{live: map[*Process]time.Duration{}, below: map[int]time.Duration{}}

type family struct {
	mu    sync.Mutex
	live  map[*Process]time.Duration // what each had used when it was last asked
	below map[int]time.Duration      // and what each process below those that start programs had used
	ended time.Duration
}

func (f *family) enter(p *Process) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.live[p] = 0
}

// leave books what a child has used in all, once it was waited for.
func (f *family) leave(p *Process) {
	f.mu.Lock()
	defer f.mu.Unlock()
	used := f.live[p]
	delete(f.live, p)
	if state := p.cmd.ProcessState; state != nil {
		// wait4 gives user and system time in whole microseconds each (getrusage(2)): up to two less than the clock
		// said.
		used = max(used, state.UserTime()+state.SystemTime())
	}
	if p.programs {
		clear(f.below)
	}
	f.ended += used
}

// CPU is the user and system time that this process and all children that it has ever started have used so far, those
// that have ended included. It costs one system call a child. The error is for a kernel that does not tell.
func CPU() (time.Duration, error) {
	own, err := cpuOf(0)
	if err != nil {
		return 0, fmt.Errorf("this process's CPU time: %w", err)
	}
	for {
		sum, unknown, err := children.cpu()
		if err == nil {
			return own + sum, nil
		}
		// A child that was waited for has no clock any more, and is booked in a moment. One that stays is another
		// matter.
		patience := time.NewTimer(time.Second)
		select {
		case <-unknown.done:
			patience.Stop()
		case <-patience.C:
			return 0, fmt.Errorf("the CPU time of process %d: %w", unknown.PID(), err)
		}
	}
}

// cpu adds up; when a child's clock cannot be read it gives that child and why.
func (f *family) cpu() (sum time.Duration, unknown *Process, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	sum = f.ended
	for p := range f.live {
		used, err := cpuOf(p.PID())
		if err != nil {
			return 0, p, err
		}
		if p.programs {
			used += f.descendants(p.PID())
		}
		f.live[p] = used
		sum += used
	}
	return sum, nil, nil
}

// descendants adds up what all processes below one have used, as far as they were seen: one that has begun and ended
// between two looks was not.
func (f *family) descendants(root int) (sum time.Duration) {
	for _, pid := range Below(root) {
		if used, err := cpuOf(pid); err == nil {
			f.below[pid] = used
		}
	}
	for _, used := range f.below {
		sum += used
	}
	return sum
}

// cpuOf reads a process's CPU clock, which adds up all of its threads to the nanosecond, those that have ended
// included; 0 is this process.
//
// The clock's number is what clock_getcpuclockid(3) gives: the complement of the process id, and 2 for "scheduler
// time".
func cpuOf(pid int) (time.Duration, error) {
	const schedulerTime = 2
	clock := int32(^pid<<3 | schedulerTime)
	if pid == 0 {
		clock = unix.CLOCK_PROCESS_CPUTIME_ID
	}
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		return 0, err
	}
	return time.Duration(t.Nano()), nil
}
