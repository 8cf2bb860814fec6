// Calibrate finds out by simulation how often the verdicts of results/stat are wrong, and prints the rates as Markdown.
//
//	go run ./results/stat/calibrate                              # the tables
//	go run ./results/stat/calibrate -write docs/statistics.md    # put them where the page shows them
//	go run ./results/stat/calibrate -check docs/statistics.md    # are they what the page shows?
//
// The same seed and number of repetitions give the same bytes, on any number of processors. Exit codes: 0 when every
// rate that must hold does, 1 when one does not or the page shows something else, 2 on a usage error.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"aftershock/results/stat/simulation"
)

func main() { os.Exit(calibrate(os.Args[1:], os.Stdout, os.Stderr)) }

// usage is an error in the command line.
type usage struct{ error }

func calibrate(args []string, stdout, stderr io.Writer) int {
	err := run(args, stdout, stderr)
	var wrong usage
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "calibrate: %v\n", err)
		return 2
	}
	fmt.Fprintf(stderr, "calibrate: %v\n", err)
	return 1
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("calibrate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var s simulation.Study
	flags.Uint64Var(&s.Seed, "seed", 1, "seed of everything random")
	flags.IntVar(&s.Repetitions, "reps", 5000, "repetitions in each world")
	flags.BoolVar(&s.Blocks, "blocks", false, "order the arms of two pairs by one coin, in place of one for each")
	check := flags.String("check", "", "print the tables if a `file` shows the same, and the difference otherwise")
	write := flags.String("write", "", "put the tables into a `file`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usage{err}
	}
	if flags.NArg() > 0 {
		return usage{fmt.Errorf("unexpected argument %q (allowed: flags only)", flags.Arg(0))}
	}
	if s.Repetitions < simulation.Family || s.Repetitions%simulation.Family != 0 {
		return usage{fmt.Errorf("-reps %d (allowed: multiples of %d above 0)", s.Repetitions, simulation.Family)}
	}
	if *check != "" && *write != "" {
		return usage{errors.New("-check and -write exclude each other")}
	}
	page, err := open(*check + *write) // before the simulation, which takes a minute
	if err != nil {
		return err
	}
	text, broken, err := study(s)
	if err != nil {
		return err
	}
	switch {
	case *check != "":
		if err = page.compare(text, stdout); err == nil {
			_, err = io.WriteString(stdout, text)
		}
	case *write != "":
		err = page.replace(text)
	default:
		_, err = io.WriteString(stdout, text)
	}
	if len(broken) > 0 {
		err = errors.Join(err, fmt.Errorf("%d of the rates that must hold do not:\n  %s", len(broken), strings.Join(broken, "\n  ")))
	}
	return err
}

// study shares the families of everything that is simulated out to all processors. Tallies are sums, so that their
// order does not matter.
func study(s simulation.Study) (text string, broken []string, err error) {
	worlds, noises, shares := simulation.Worlds(), simulation.Noises(), simulation.BoundedShares()
	r := simulation.Result{
		Study:   s,
		Tallies: make([]simulation.Tally, len(worlds)),
		Noise:   make([]simulation.NoiseTally, len(noises)),
		Bounds:  make([]simulation.BoundsTally, len(shares)),
	}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	var sum sync.Mutex
	for i, w := range worlds {
		shareOut(&group, &sum, s, &r.Tallies[i], func(first, end int) (simulation.Tally, error) {
			return simulation.Repeat(w, s, first, end)
		})
	}
	for i, n := range noises {
		shareOut(&group, &sum, s, &r.Noise[i], func(first, end int) (simulation.NoiseTally, error) {
			return simulation.RepeatNoise(n, s, first, end)
		})
	}
	for i, share := range shares {
		shareOut(&group, &sum, s, &r.Bounds[i], func(first, end int) (simulation.BoundsTally, error) {
			return simulation.RepeatBounds(share, s, first, end)
		})
	}
	if err := group.Wait(); err != nil {
		return "", nil, err
	}
	return r.Markdown()
}

// tally is one of those that the simulation counts in.
type tally[T any] interface {
	*T
	Add(o T)
}

// shareOut lets the group count the families of a study, a share at a time.
func shareOut[T any, P tally[T]](
	group *errgroup.Group, sum *sync.Mutex, s simulation.Study, into P, repeat func(first, end int) (T, error),
) {
	const share = 5
	families := s.Repetitions / simulation.Family
	for first := 0; first < families; first += share {
		group.Go(func() error {
			part, err := repeat(first, min(first+share, families))
			if err != nil {
				return err
			}
			sum.Lock()
			defer sum.Unlock()
			into.Add(part)
			return nil
		})
	}
}
