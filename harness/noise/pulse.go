package noise

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"aftershock/internal/clock"

	"golang.org/x/sys/unix"
)

// beat is how often a pulse looks at the clock.
const beat = 10 * time.Millisecond

// Pulse is a timer that notes by how much it wakes late: what stops the harness, whatever it is, delays its links, its
// probes and its faults as well. Ctrl-Z and SIGSTOP do, a machine that gives it no processor, and one that is
// suspended.
//
// One goroutine sleeps for it. In a suspended machine CLOCK_MONOTONIC stands still too, and CLOCK_BOOTTIME does not.
type Pulse struct {
	stop  chan struct{}
	ended sync.WaitGroup

	mu    sync.Mutex
	pause Pause
}

// Pause is the longest time for which a harness stood still.
type Pause struct {
	Longest   time.Duration // how late a timer woke at most
	At        clock.Nanos   // when it should have woken
	Stopped   bool          // by a signal, and continued
	Suspended time.Duration // of all suspensions together
}

// StartPulse begins to watch, until Stop.
func StartPulse() *Pulse {
	p := &Pulse{stop: make(chan struct{})}
	began := clock.Now()
	asleep := max(suspended(), suspended()) // of a reading that was interrupted halfway, the other one
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	p.ended.Go(func() {
		defer signal.Stop(continued)
		p.run(began, asleep, continued)
	})
	return p
}

// run leaves no time out: each beat is due from when the one before was looked at.
func (p *Pulse) run(looked clock.Nanos, asleep time.Duration, continued <-chan os.Signal) {
	timer := time.NewTimer(beat)
	defer timer.Stop()
	for over := false; !over; {
		due := looked.Add(beat)
		timer.Reset(due.Sub(clock.Now()))
		select {
		case <-p.stop:
			over = true
		case <-timer.C:
		}
		looked = clock.Now()
		late := looked.Sub(due)
		p.note(due, late, suspended()-asleep)
		if !over {
			late = min(late, beat) // the beats that follow hear what comes later, and none follows the last
		}
		p.hear(continued, late)
	}
}

func (p *Pulse) note(due clock.Nanos, late, asleep time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if late > p.pause.Longest {
		p.pause.Longest, p.pause.At = late, due
	}
	if asleep > time.Millisecond { // the two clocks are read one after the other
		p.pause.Suspended = asleep
	}
}

// mostHeard bounds for how long the last beat waits for a signal.
const mostHeard = time.Second

// hear takes the signal with which a stopped process goes on. Go hands it on a moment after the timer has woken, and on
// a busy machine a long moment: a beat that was late waits for it for as long as it was late, or a stop right before
// the end would not be known for one.
func (p *Pulse) hear(continued <-chan os.Signal, late time.Duration) {
	patience := time.NewTimer(min(max(0, late), mostHeard))
	defer patience.Stop()
	select {
	case <-continued:
		p.mu.Lock()
		defer p.mu.Unlock()
		p.pause.Stopped = true
	case <-patience.C:
	}
}

// Pause gives the longest so far.
func (p *Pulse) Pause() Pause {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pause
}

// Stop ends the watch and gives the longest pause.
func (p *Pulse) Stop() Pause {
	close(p.stop)
	p.ended.Wait()
	return p.Pause()
}

// suspended is for how long the machine has been suspended since its boot; 0 where the kernel does not tell.
func suspended() time.Duration {
	var boot, monotonic unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &boot) != nil ||
		unix.ClockGettime(unix.CLOCK_MONOTONIC, &monotonic) != nil {
		return 0
	}
	return time.Duration(boot.Nano() - monotonic.Nano())
}
