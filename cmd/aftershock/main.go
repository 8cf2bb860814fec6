// Command aftershock tells what an etcd failure does to a service, and whether a fix holds.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"aftershock/harness"
	"aftershock/results/summary"
	"aftershock/scenarios/fixes"
	"aftershock/scenarios/selftest"
)

func main() {
	harness.Child(fixes.Registry())
	silenceClients()
	ctx, stop := interruptible()
	code := execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes that scripts may rely on.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitNoVerdict   = 3
	exitGateFailed  = 99
	exitInterrupted = 130
)

// execute is the whole program over its arguments and its two outputs.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot(stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code := exitCode(err)
	if err != nil {
		fmt.Fprintln(stderr, "aftershock:", ofArticle(err))
	}
	return code
}

func exitCode(err error) int {
	var usage *usageError
	var damaged *summary.DamagedError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.As(err, &damaged): // also where it is why a verb refuses the run
		return exitNoVerdict
	case errors.Is(err, errNotSigned):
		return exitNoVerdict
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, errGateFailed), errors.Is(err, errRefused):
		return exitGateFailed
	case errors.Is(err, harness.ErrNoValidPair), errors.Is(err, errNoAnswer), errors.Is(err, errNothingShared),
		errors.Is(err, errHistory),
		errors.Is(err, summary.ErrSameRun), errors.Is(err, selftest.ErrUndecided):
		return exitNoVerdict
	}
	return exitFailure
}

// usageError is an error that the user can mend: a wrong word or flag, a scenario file, or a folder that is not a
// readable run.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return &usageError{err}
}
