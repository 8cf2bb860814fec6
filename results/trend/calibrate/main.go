// Calibrate finds out by simulation how many false alarms the rules of results/trend raise, and how soon they find a
// step, beside rules that others use. It prints the figures as Markdown.
//
//	go run ./results/trend/calibrate                           # the tables
//	go run ./results/trend/calibrate -write docs/nightly.md    # put them where the page shows them
//	go run ./results/trend/calibrate -check docs/nightly.md    # are they what the page shows?
//
// The same seed and numbers give the same bytes, on any number of processors. Exit codes: 0 when what is promised
// holds, 1 when it does not or the page shows something else, 2 on a usage error.
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
	"aftershock/results/trend/simulation"
)

func main() { os.Exit(calibrate(os.Args[1:], os.Stdout, os.Stderr)) }

func calibrate(args []string, stdout, stderr io.Writer) int {
	var s simulation.Study
	return marked.Program{
		Mark: "calibrate-nightly",
		Define: func(flags *flag.FlagSet) {
			flags.Uint64Var(&s.Seed, "seed", 1, "seed of everything random")
			flags.IntVar(&s.Histories, "histories", 100, "histories in each world")
			flags.IntVar(&s.Years, "years", 2, "years in each world")
		},
		Check: func() error {
			switch {
			case s.Histories < 1:
				return fmt.Errorf("-histories %d (allowed: 1 or more)", s.Histories)
			case s.Years < 0:
				return fmt.Errorf("-years %d (allowed: 0 or more)", s.Years)
			}
			return nil
		},
		Tables: func() (string, []string, error) { return study(s) },
	}.Run(args, stdout, stderr)
}

// study shares the histories and the years out to all processors. Tallies are sums, and years have their places, so
// that their order does not matter.
func study(s simulation.Study) (text string, broken []string, err error) {
	worlds := simulation.Worlds()
	r := simulation.Result{
		Study: s, Tallies: make([]simulation.Tally, len(worlds)), Years: make([][]simulation.Year, len(worlds)),
	}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	var sum sync.Mutex
	add := func(do func()) { sum.Lock(); defer sum.Unlock(); do() }
	for i, w := range worlds {
		r.Years[i] = make([]simulation.Year, s.Years)
		for year := range s.Years {
			group.Go(func() error { r.Years[i][year] = simulation.OneYear(w, s, year); return nil })
		}
		for first := range shares(s.Histories) {
			group.Go(func() error {
				part := simulation.Repeat(w, s, first, min(first+share, s.Histories))
				add(func() { r.Tallies[i].Add(part) })
				return nil
			})
		}
	}
	for first := range shares(s.Histories) {
		group.Go(func() error {
			part := simulation.RepeatPower(s, first, min(first+share, s.Histories))
			add(func() { r.Power.Add(part) })
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return "", nil, err
	}
	text, broken = r.Markdown()
	return text, broken, nil
}

// share is how many histories a task has.
const share = 5

// shares are the first histories of all tasks.
func shares(histories int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for first := 0; first < histories && yield(first); first += share {
		}
	}
}
