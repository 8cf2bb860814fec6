package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"aftershock/harness"
	"aftershock/internal/units"
	"aftershock/results"

	"github.com/spf13/pflag"
)

// defaultWait is how long a run waits for another one on the machine. The longest job takes less.
const defaultWait = time.Hour

// waitFlag defines --wait.
func waitFlag(flags *pflag.FlagSet, wait *time.Duration) {
	*wait = defaultWait
	durationFlag(flags, wait, "wait",
		"how long to wait while another run measures on this machine; 0s refuses at once")
}

// takeMachine locks the machine for all that this process is going to run, and looks at what others do on it. Where
// there is no place for a lock, the run goes on without one. It says that it would not notice another run; the figures
// do not suffer.
func takeMachine(ctx context.Context, wait time.Duration, stderr io.Writer) (
	look results.Look, release func(), err error,
) {
	if wait < 0 {
		return look, func() {}, usage(fmt.Errorf("--wait is %s (allowed: 0s or longer)", units.Short(wait)))
	}
	release, err = harness.TakeMachine(ctx, wait, func(line string) { fmt.Fprintln(stderr, line) })
	switch cause := context.Cause(ctx); {
	case cause != nil:
		release()
		return look, func() {}, cause
	case errors.Is(err, harness.ErrMachineTaken):
		return look, release, fmt.Errorf("%w; run again when it has ended, or wait longer: --wait %s",
			err, units.Short(max(2*wait, defaultWait)))
	case err != nil:
		fmt.Fprintf(stderr, "machine: %v; a run beside this one would not be noticed\n", err)
	}
	if look, err = harness.LookAtMachine(ctx); err != nil {
		release()
		return look, func() {}, err
	}
	fmt.Fprintf(stderr, "machine: %s\n", look)
	return look, release, nil
}
