// Calibrate finds out by simulation how often package bisect names the right revision, whether it is right as often as
// it states, and at what cost, beside a plain bisection with a threshold. It prints the figures as Markdown.
//
//	go run ./results/bisect/calibrate                         # the tables
//	go run ./results/bisect/calibrate -write docs/bisect.md   # put them where the page shows them
//	go run ./results/bisect/calibrate -check docs/bisect.md   # are they what the page shows?
//
// The same seed and number give the same bytes, on any number of processors. Exit codes: 0 when what is promised
// holds, 1 when it does not or the page shows something else, 2 on a usage error.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"golang.org/x/sync/errgroup"

	"aftershock/internal/marked"
	"aftershock/results/bisect/simulation"
)

func main() { os.Exit(calibrate(os.Args[1:], os.Stdout, os.Stderr)) }

func calibrate(args []string, stdout, stderr io.Writer) int {
	var s simulation.Study
	return marked.Program{
		Mark: "calibrate-bisect",
		Define: func(flags *flag.FlagSet) {
			flags.Uint64Var(&s.Seed, "seed", 1, "seed of everything random")
			flags.IntVar(&s.Histories, "histories", 100, "histories in each row")
		},
		Check: func() error {
			if s.Histories < 1 {
				return fmt.Errorf("-histories %d (allowed: 1 or more)", s.Histories)
			}
			return nil
		},
		Tables: func() (string, []string, error) { return study(s) },
	}.Run(args, stdout, stderr)
}

// share is how many histories a task has.
const share = 10

// study shares the histories out to all processors. What they give is added up in order, so that their number does not
// show in the last digit of a sum.
func study(s simulation.Study) (text string, broken []string, err error) {
	r := simulation.Result{Study: s, Tallies: make([]simulation.Tally, len(simulation.Cells()))}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	parts := make([][]simulation.Tally, len(r.Tallies))
	for cell := range parts {
		parts[cell] = make([]simulation.Tally, (s.Histories+share-1)/share)
		for i := range parts[cell] {
			group.Go(func() error {
				parts[cell][i] = simulation.Repeat(s, cell, i*share, min((i+1)*share, s.Histories))
				return nil
			})
		}
	}
	if err := group.Wait(); err != nil {
		return "", nil, err
	}
	for cell, all := range parts {
		for _, part := range all {
			r.Tallies[cell].Add(part)
		}
	}
	text, broken = r.Markdown()
	return text, broken, nil
}
