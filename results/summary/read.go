package summary

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"aftershock/results"
)

// Reading a trial takes at its peak about this many times the size of its ops.bin: the table, the samples of its longest
// phase, and what the garbage collector has not come to yet.
const perTable = 4

// memory is what all trials that are being read at once may take, unless a single one needs more.
const memory = 96 << 20

// reading is a trial about to be read.
type reading struct {
	folder string // of the fix's trials
	name   string // of the trial's folder
	fix    results.Fix
	slot   results.Slot
	again  int
	file   bool // it is no folder
	into   **trialData
}

// readTrials reads the trials of each fix: one after the other into figures, with no sample kept, so that what is in
// memory depends on the largest trial and not on the run. Each list has the order in which the trials were run. As many
// goroutines read as there are cores and memory for; none outlives the call, and what it gives depends on none of them.
func readTrials(folder string, fixes []results.Fix) ([][]*trialData, error) {
	all := make([][]*trialData, len(fixes))
	var todo []reading
	for i, f := range fixes {
		found, err := list(filepath.Join(folder, results.TrialsDir, f.Name), f)
		if err != nil {
			return nil, err
		}
		all[i] = make([]*trialData, len(found))
		for n := range found {
			found[n].into = &all[i][n]
		}
		todo = append(todo, found...)
	}
	readSide(todo)
	for i := range all {
		all[i] = slices.DeleteFunc(all[i], func(d *trialData) bool { return d == nil })
		slices.SortFunc(all[i], inOrder)
	}
	return all, nil
}

// readSide reads trials side by side.
func readSide(todo []reading) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(todo), max(1, memory/(perTable*largest(todo)+1))) {
		workers.Go(func() {
			var scratch phaseData
			for n := next.Add(1) - 1; n < int64(len(todo)); n = next.Add(1) - 1 {
				*todo[n].into = todo[n].read(&scratch)
			}
		})
	}
	workers.Wait()
}

// largest is the size of the largest table.
func largest(todo []reading) (size int) {
	for _, r := range todo {
		if info, err := os.Stat(filepath.Join(r.folder, r.name, results.OpsFile)); err == nil {
			size = max(size, int(info.Size()))
		}
	}
	return size
}

// list finds a fix's trials. A run that was killed early has no folder for them. What does not have a trial's name is
// somebody's own; what has one and is a file is a trial that cannot be read.
func list(folder string, fix results.Fix) ([]reading, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []reading
	for _, e := range entries {
		slot, attempt, ok := parseName(fix.Name, e.Name())
		if !ok {
			continue
		}
		file := !e.IsDir() && e.Type()&os.ModeSymlink == 0
		found = append(found, reading{folder: folder, name: e.Name(), fix: fix, slot: slot, again: attempt, file: file})
	}
	return found, nil
}

// parseName reads a name such as 03-before or 03-before-again1, written exactly as a run writes it: a copy called 03-after
// (2) would otherwise be a pair of its own.
func parseName(fix, name string) (slot results.Slot, attempt int, ok bool) {
	number, rest, _ := strings.Cut(name, "-")
	arm, again, _ := strings.Cut(rest, "-again")
	slot = results.Slot{Fix: fix, Arm: results.Arm(arm)}
	var err error
	if slot.Pair, err = strconv.Atoi(number); err != nil || slot.Arm != results.Before && slot.Arm != results.After {
		return slot, 0, false
	}
	if again != "" {
		if attempt, err = strconv.Atoi(again); err != nil {
			return slot, 0, false
		}
	}
	return slot, attempt, name == filepath.Base(results.TrialDir(slot, attempt))
}

// inOrder compares by when trials were run. Positions are unlike in a run's own files; in others the result must not
// depend on which was read first.
func inOrder(a, b *trialData) int {
	return slices.Compare([]int{a.Position, a.Pair, a.Attempt, armOrder(a.Arm)}, []int{b.Position, b.Pair, b.Attempt, armOrder(b.Arm)})
}

func armOrder(a results.Arm) int {
	if a == results.Before {
		return 0
	}
	return 1
}

// checkFixes refuses what would be read from elsewhere than the run's folder, or twice.
func checkFixes(folder string, fixes []results.Fix) error {
	seen := map[string]bool{}
	for _, f := range fixes {
		if f.Name == "." || f.Name == ".." || f.Name != filepath.Base(f.Name) || seen[f.Name] {
			return fmt.Errorf("%s: fix %q (allowed: names of folders, each once)", filepath.Join(folder, results.RunFile), f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}
