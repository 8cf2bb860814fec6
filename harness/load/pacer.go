package load

import (
	"context"
	"errors"
	"runtime"
	"time"
	"unsafe"

	"aftershock/internal/clock"

	"github.com/HdrHistogram/hdrhistogram-go"
	"golang.org/x/sys/unix"
)

// Pacer wakes when operations are due, and measures by how much it was late. One goroutine uses it.
//
// It sleeps in clock_nanosleep on a thread of its own. time.Sleep goes through the netpoller, which rounds waits below
// a millisecond up to one (golang/go#44343, #53824): at 1000/s it sends pairs, one of each a millisecond late. A
// thread's default timer slack adds 50 us more.
//
// The thread needs one of the runtime's processors (GOMAXPROCS) to go on after each sleep, and competes for it with the
// goroutines of the process. When those use up all of them, one more processor than cores keeps the pacer punctual:
// with one goroutine spinning on 2 cores, P99 of the lag fell from 0.5-10 ms to 0.2 ms.
type Pacer struct {
	lateness *hdrhistogram.Histogram // nanoseconds
	method   string
	cpu      time.Duration
	sleep    unix.Timespec
	// keeps tells that the thread keeps its processor of the runtime while it sleeps. The runtime's monitor then finds
	// nothing to take away, and rests: it takes an eighth of the time of a process that sends 4000 requests a second.
	// A goroutine that the pacer wakes must not depend on that processor: with all others busy, it waits for the pacer.
	keeps bool
}

const (
	sleepSlice = 50 * time.Millisecond // how long a cancellation may go unnoticed
	burst      = 64                    // operations released for one reading of the clock: at most 15 us of them
	maxLate    = 60 * time.Second
)

// NewPacer makes a pacer.
func NewPacer() *Pacer {
	return &Pacer{lateness: hdrhistogram.New(int64(time.Microsecond), int64(maxLate), 3), method: "not started"}
}

// Run calls release for one time after another, each once it has come, and returns when there is none left or the
// context has ended (with its error). Times ascend. Whatever is due is released at once, so that a pacer that overslept
// sends what it owes instead of sliding the schedule.
func (p *Pacer) Run(ctx context.Context, next func() (clock.Nanos, bool), release func(late time.Duration)) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer p.prepareThread()()
	at, more := next()
	for more {
		now, err := p.sleepUntil(ctx, at)
		if err != nil {
			return err
		}
		for released := 0; more && at <= now && released < burst; released++ {
			late := now.Sub(at)
			_ = p.lateness.RecordValue(int64(min(late, maxLate))) // beyond the range would be an error, and allocate
			release(late)
			at, more = next()
		}
	}
	return ctx.Err()
}

// prepareThread makes the thread's timers exact; what it returns undoes that and books the processor time.
func (p *Pacer) prepareThread() (restore func()) {
	p.method = "clock_nanosleep on a locked thread, timer slack 1 ns"
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0); err != nil {
		p.method = "clock_nanosleep on a locked thread, default timer slack (" + err.Error() + ")"
	}
	before := threadCPU()
	return func() {
		p.cpu += threadCPU() - before
		_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 0, 0, 0, 0) // 0 is the default: the thread goes back to the runtime
	}
}

// sleepUntil sleeps until the time has come, and gives the time that it is then. It never returns early.
func (p *Pacer) sleepUntil(ctx context.Context, at clock.Nanos) (clock.Nanos, error) {
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		now := clock.Now()
		if now >= at {
			return now, nil
		}
		p.sleep = unix.NsecToTimespec(int64(min(at, now.Add(sleepSlice))))
		// An absolute time, so that a signal in between (EINTR) costs nothing: the runtime sends them to preempt.
		if err := p.nap(); err != nil && !errors.Is(err, unix.EINTR) {
			return 0, err
		}
	}
}

// nap sleeps until p.sleep.
func (p *Pacer) nap() error {
	if !p.keeps {
		return unix.ClockNanosleep(unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME, &p.sleep, nil)
	}
	// The runtime wakes the thread by a signal when it wants to stop the world.
	_, _, failed := unix.RawSyscall6(unix.SYS_CLOCK_NANOSLEEP, unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME,
		uintptr(unsafe.Pointer(&p.sleep)), 0, 0, 0)
	if failed != 0 {
		return failed
	}
	return nil
}

func threadCPU() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Punctuality is how exactly a pacer released operations, and at what cost.
type Punctuality struct {
	Method  string        `json:"method"`
	LateP50 time.Duration `json:"late_p50_ns"` // release - intended, over all operations
	LateP99 time.Duration `json:"late_p99_ns"`
	LateMax time.Duration `json:"late_max_ns"`
	CPU     time.Duration `json:"cpu_ns"` // of the pacer's thread
}

// Punctuality tells how it went, once Run has returned.
func (p *Pacer) Punctuality() Punctuality {
	return Punctuality{
		Method:  p.method,
		LateP50: time.Duration(p.lateness.ValueAtQuantile(50)),
		LateP99: time.Duration(p.lateness.ValueAtQuantile(99)),
		LateMax: time.Duration(p.lateness.Max()),
		CPU:     p.cpu,
	}
}
