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
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"aftershock/internal/marked"
	"aftershock/results/stat/simulation"
)

func main() { os.Exit(calibrate(os.Args[1:], os.Stdout, os.Stderr)) }

func calibrate(args []string, stdout, stderr io.Writer) int {
	var s simulation.Study
	return marked.Program{
		Mark: "calibrate",
		Define: func(flags *flag.FlagSet) {
			flags.Uint64Var(&s.Seed, "seed", 1, "seed of everything random")
			flags.IntVar(&s.Repetitions, "reps", 5000, "repetitions in each world")
			flags.BoolVar(&s.Blocks, "blocks", false, "order the arms of two pairs by one coin, in place of one for each")
		},
		Check: func() error {
			if s.Repetitions < simulation.Family || s.Repetitions%simulation.Family != 0 {
				return fmt.Errorf("-reps %d (allowed: multiples of %d above 0)", s.Repetitions, simulation.Family)
			}
			return nil
		},
		Tables: func() (string, []string, error) { return study(s) },
	}.Run(args, stdout, stderr)
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
