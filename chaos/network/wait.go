package network

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// The timers of Go wait in the netpoller, whose time-out is in milliseconds: on an idle machine a wait of 0.1 ms takes
// 1.1 ms (golang/go#44343), which would make a latency of 1 ms one of 2 ms. A timerfd is a descriptor that becomes
// readable at its time, and wakes the netpoller at that moment, 50 to 100 us late with the rest of the runtime's way.
// It is used for the last part of a wait only, which cannot be interrupted.
const (
	coarse = 5 * time.Millisecond // longer waits begin with a timer of Go, which can be interrupted
	fine   = 3 * time.Millisecond // and leave this much, of which it may use up some
)

// exact holds a place for each timerfd in use. More waits at a time than this do with a timer of Go: a thousand streams
// under a shape must not cost a thousand descriptors.
var exact = make(chan struct{}, 64)

// waitUntil waits until a time has come, or something has changed, or the context has ended (with its error).
func waitUntil(ctx context.Context, until time.Time, changes <-chan struct{}) (changed bool, err error) {
	left := time.Until(until)
	if left <= 0 {
		return false, ctx.Err()
	}
	if left > coarse {
		t := time.NewTimer(left - fine)
		defer t.Stop()
		select {
		case <-t.C:
		case <-changes:
			return true, ctx.Err()
		case <-ctx.Done():
		}
	}
	if ctx.Err() == nil {
		nap(until)
	}
	return false, ctx.Err()
}

// nap sleeps until a time that is near.
func nap(until time.Time) {
	select {
	case exact <- struct{}{}:
		_ = readTimer(until) // without descriptors, for example, a timer of Go does the rest
		<-exact
	default:
	}
	time.Sleep(time.Until(until))
}

// readTimer blocks in the netpoller until a timerfd says that the time has come.
func readTimer(until time.Time) error {
	left := time.Until(until)
	if left <= 0 {
		return nil
	}
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return err
	}
	timer := os.NewFile(uintptr(fd), "timerfd")
	defer timer.Close()
	once := unix.ItimerSpec{Value: unix.NsecToTimespec(left.Nanoseconds())}
	if err := unix.TimerfdSettime(fd, 0, &once, nil); err != nil {
		return err
	}
	var expirations [8]byte
	_, err = timer.Read(expirations[:])
	return err
}
