package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

var errInterrupted = errors.New("interrupted")

// interruptible returns a context that the first SIGINT, SIGTERM or SIGHUP ends, so that faults heal and the measured
// trials are kept. A second signal kills as usual; even then no child survives.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup asks for that, and Notify would undo it
		ends = append(ends, syscall.SIGHUP)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, ends...)
	go func() {
		if s, ok := <-signals; ok {
			signal.Stop(signals)
			cancel(fmt.Errorf("%w by %s", errInterrupted, signalName(s)))
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
	}
}

func signalName(s os.Signal) string {
	if number, ok := s.(syscall.Signal); ok {
		return unix.SignalName(number)
	}
	return s.String()
}

// outliveReaders lets a write to a pipe without a reader fail, where the Go runtime would end the program: a closed
// pager must not cost a measurement of an hour. Verbs that only print end as any filter does.
func outliveReaders() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
}
