// Package command is the command line of a program that brings its own service: it runs the trials of a change, leaves
// their files in a folder, and prints what was found. All verbs of aftershock work on that folder as on any other run:
//
//	func main() {
//		command.Main(harness.Change("retry", harness.Func(before), harness.Func(after)), harness.Survival{})
//	}
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"aftershock/harness"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/summary"
)

// Exit codes, which are those of aftershock.
const (
	ok          = 0
	failure     = 1
	usage       = 2
	noVerdict   = 3
	interrupted = 130
)

// Main is all of a program's main: it runs pairs of trials of a change, or trials of a harness.Plain service, and ends
// the process. The flags -pairs, -seed and -out replace what the Survival says; -h lists them. Members and the service
// are children of the same program.
func Main(of harness.Fix, s harness.Survival) {
	harness.Child(harness.Registry{Fixes: []harness.Fix{of}})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, of, s, os.Args, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is Main over its arguments and its two outputs. It returns the exit code.
func run(ctx context.Context, of harness.Fix, s harness.Survival, args []string, stdout, stderr io.Writer) int {
	options, err := parse(of, s, args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return ok
	case err != nil:
		fmt.Fprintln(stderr, err)
		return usage
	}
	trials := len(options.Plans) * harness.Arms(options.Fixes)
	fmt.Fprintf(stderr, "%s: %s, about %s\n", of.Name, units.Count(trials, "trial"),
		units.Short(options.Scenario.TrialTime()*time.Duration(trials)))
	folder, err := harness.Run(ctx, options, progress{stderr})
	if folder != "" {
		err = errors.Join(err, show(folder, stdout))
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
	}
	switch {
	case ctx.Err() != nil:
		return interrupted
	case errors.Is(err, harness.ErrNoValidPair):
		return noVerdict
	case err != nil:
		return failure
	}
	return ok
}

// parse reads the flags, and refuses what cannot be run. It prints its own help.
func parse(of harness.Fix, s harness.Survival, args []string, stderr io.Writer) (harness.Options, error) {
	flags := flag.NewFlagSet(filepath.Base(args[0]), flag.ContinueOnError)
	flags.SetOutput(stderr)
	pairs := flags.Int("pairs", 6, "pairs of trials")
	seed := flags.Uint64("seed", max(s.Seed, 1), "the seed that fixes plans, order and arrivals")
	if s.Out == "" {
		s.Out = filepath.Join("results", "runs")
	}
	flags.StringVar(&s.Out, "out", s.Out, "the folder that gets the run's folder")
	if err := flags.Parse(args[1:]); err != nil {
		return harness.Options{}, err
	}
	switch {
	case flags.NArg() > 0:
		return harness.Options{}, fmt.Errorf("%q is no flag: there are no arguments, and -h lists the "+
			"flags", flags.Arg(0))
	case *pairs < 1:
		return harness.Options{}, fmt.Errorf("-pairs is %d (allowed: 1 and more)", *pairs)
	case *seed == 0:
		return harness.Options{}, errors.New("-seed is 0 (allowed: 1 and more)")
	}
	s.Seed = *seed
	options := s.Options(of, *pairs)
	options.Command = results.Invocation{flags.Name(), fmt.Sprint("-pairs=", *pairs), fmt.Sprint("-seed=", *seed)}
	return options, options.Check()
}

// show prints what a run's files say.
func show(folder string, stdout io.Writer) error {
	s, err := summary.Compute(folder)
	if err != nil {
		return err
	}
	return errors.Join(report.Terminal(stdout, s, folder), summary.Undamaged(s.Damaged))
}

// progress prints a line a trial.
type progress struct{ out io.Writer }

func (p progress) Started(folder string, _ results.Run, _ func() harness.Status) {
	fmt.Fprintln(p.out, folder)
}

func (p progress) Loaded(results.Load) {}

func (p progress) TrialDone(t results.Trial) {
	how := "done"
	if t.Invalid != "" {
		how = t.Invalid
	}
	fmt.Fprintf(p.out, "%s: %s\n", results.TrialDir(t.Slot(), t.Attempt), how)
}

func (p progress) FixDone(string) {}
