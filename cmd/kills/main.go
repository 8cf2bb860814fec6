// Kills kills orchestrators with SIGKILL at random moments of a run, from its first to its last, and fails when one
// leaves something behind: kills PROGRAM [HOW MANY [SEED]]. The moments are drawn over the whole length of a run,
// which is measured first. One lane for each runtime kills short runs one after the other; how many hit each stage
// of a run is printed.
package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"aftershock/harness"
	"aftershock/internal/units"
)

func main() {
	harness.Child(harness.Registry{}) // a member of the cluster that stands for an external one
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "kills:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) (err error) {
	program, kills, seed, err := parse(args)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "kills-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	lanes, err := open(work, program, seed)
	defer func() {
		for _, l := range lanes {
			err = errors.Join(err, l.close())
		}
	}()
	if err != nil {
		return err
	}
	if err := all(lanes, (*lane).measure); err != nil {
		return err
	}
	if err := drive(lanes, kills); err != nil {
		return err
	}
	return report(stdout, lanes)
}

// parse reads the arguments.
func parse(args []string) (program string, kills int, seed uint64, err error) {
	kills, seed = 1000, 1
	if len(args) == 0 || len(args) > 3 {
		return "", 0, 0, errors.New("usage: kills PROGRAM [HOW MANY [SEED]]")
	}
	if len(args) > 1 {
		if kills, err = strconv.Atoi(args[1]); err != nil || kills < 1 {
			return "", 0, 0, fmt.Errorf("%q kills (allowed: 1 or more)", args[1])
		}
	}
	if len(args) > 2 {
		if seed, err = strconv.ParseUint(args[2], 10, 64); err != nil {
			return "", 0, 0, fmt.Errorf("seed %q (allowed: a whole number)", args[2])
		}
	}
	return args[0], kills, seed, nil
}

// open makes the lanes. Each has a copy of the program: every process that it started, however far down, runs from that
// path. Where the kernel lets it, each has a /dev/shm of its own, and so a lock of the machine; else one run waits
// for another.
func open(work, program string, seed uint64) (lanes []*lane, err error) {
	var alone *sync.Mutex
	if exec.Command("unshare", "-rm", "mount", "--bind", work, "/dev/shm").Run() != nil {
		alone = new(sync.Mutex)
	}
	for i, kind := range kinds {
		l := &lane{kind: kind, folder: filepath.Join(work, kind.runtime), alone: alone, seed: seed,
			stages: map[string]int{}}
		lanes = append(lanes, l)
		if err := l.open(program, uint64(i)); err != nil {
			return lanes, fmt.Errorf("%s: %w", kind.runtime, err)
		}
	}
	return lanes, nil
}

// all has every lane do something at the same time.
func all(lanes []*lane, do func(*lane) error) error {
	errs := make([]error, len(lanes))
	var group sync.WaitGroup
	for i, l := range lanes {
		group.Go(func() {
			if err := do(l); err != nil {
				errs[i] = fmt.Errorf("%s: %w", l.kind.runtime, err)
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

// drive has the lanes kill until there were enough, or one has found something left.
func drive(lanes []*lane, kills int) error {
	var mu sync.Mutex
	next := func(l *lane) bool {
		mu.Lock()
		defer mu.Unlock()
		if kills <= 0 {
			return false
		}
		kills--
		l.killed++
		return true
	}
	return all(lanes, func(l *lane) error {
		for next(l) {
			if err := l.kill(); err != nil {
				mu.Lock()
				defer mu.Unlock()
				kills = 0
				return err
			}
		}
		return nil
	})
}

// report tells how many kills hit each stage, in each runtime.
func report(w io.Writer, lanes []*lane) error {
	killed, stages := 0, map[string]bool{}
	for _, l := range lanes {
		killed += l.killed
		for stage := range l.stages {
			stages[stage] = true
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "kills: %s killed with SIGKILL, nothing left; they were in:\n%-24s",
		units.Count(killed, "orchestrator"), "")
	for _, l := range lanes {
		fmt.Fprintf(&b, "%12s", l.kind.runtime)
	}
	for _, stage := range slices.SortedFunc(maps.Keys(stages), byPlace) {
		fmt.Fprintf(&b, "\n%-24s", stage)
		for _, l := range lanes {
			fmt.Fprintf(&b, "%12d", l.stages[stage])
		}
	}
	_, err := fmt.Fprintln(w, b.String())
	return errors.Join(err, missed(lanes, killed))
}

// enough kills hit every stage, unless their moments are not those that they are meant to be.
const enough = 300

// missed is an error where so many kills did not hit the second trial of each runtime, a recovery and a summary.
func missed(lanes []*lane, killed int) error {
	if killed < enough {
		return nil
	}
	var errs []error
	recovery, summary := 0, 0
	for _, l := range lanes {
		second := 0
		for stage, n := range l.stages {
			if strings.HasSuffix(stage, secondTrial) {
				second += n
			}
			if strings.HasPrefix(stage, "recovery") {
				recovery += n
			}
		}
		summary += l.stages[inSummary]
		if second == 0 {
			errs = append(errs, fmt.Errorf("%s: no kill hit the second trial", l.kind.runtime))
		}
	}
	if recovery == 0 || summary == 0 {
		errs = append(errs, fmt.Errorf("%d kills hit a recovery, and %d a summary", recovery, summary))
	}
	return errors.Join(errs...)
}
