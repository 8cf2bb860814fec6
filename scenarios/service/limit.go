package service

import (
	"fmt"
	"time"

	"aftershock/internal/process"
	"aftershock/internal/units"

	"golang.org/x/sys/unix"
)

// weighEvery is how often the memory of a program is looked at: one that takes a GiB a second is killed a quarter of a
// GiB late.
const weighEvery = 250 * time.Millisecond

// limit sets the limits that the kernel keeps, of the program and all that it starts. What it takes by then is next to
// nothing. A limit of 0 is none.
func (r *running) limit() {
	set := func(resource int, most uint64, beyond uint64) {
		if most > 0 { // an error means that it has ended
			_ = unix.Prlimit(r.cmd.Process.Pid, resource, &unix.Rlimit{Cur: most, Max: most + beyond}, nil)
		}
	}
	set(unix.RLIMIT_NOFILE, uint64(max(0, r.limits.Descriptors)), 0)
	// SIGXCPU at the limit, and SIGKILL a second later: Go's runtime, for one, does not end by the first.
	set(unix.RLIMIT_CPU, uint64(max(0, r.limits.CPU)/time.Second), 1)
}

// weigh kills the program when it and all that it has started have more memory than they may. A limit on the address
// space would do it at once, and end runtimes that reserve far more than they use.
func (r *running) weigh() {
	if r.limits.Memory <= 0 {
		return
	}
	resident := r.resident()
	if resident <= uint64(r.limits.Memory) || r.resident() <= uint64(r.limits.Memory) {
		return
	}
	r.beyond.Store(fmt.Sprintf("it had %s of memory, more than target.limits.memory allows (%s)",
		units.Format(float64(resident), "bytes"), units.Size(r.limits.Memory)))
	_ = unix.Kill(-r.cmd.Process.Pid, unix.SIGKILL) // no such group: all have ended
	process.EndMarked(r.folder)
}

// resident is the memory of the program and all that it has started.
func (r *running) resident() (sum uint64) {
	for _, pid := range append(process.Below(r.cmd.Process.Pid), r.cmd.Process.Pid) {
		sum += process.Resident(pid)
	}
	return sum
}

// guard weighs the program until it has ended.
func (r *running) guard() {
	ticks := time.NewTicker(weighEvery)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			r.weigh()
		case <-r.gone:
			return
		}
	}
}
