package summary

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"aftershock/results"
	"aftershock/results/manifest"
)

// Reading a trial takes at its peak less than this many times the size of its ops.bin: one kind of sample of its
// longest phase, and garbage that is not collected yet.
const perTable = 1

// memory is what all trials that are read at the same time may take, unless a single one needs more.
const memory = 96 << 20

// reading is a trial about to be read.
type reading struct {
	folder   string // of the group's trials
	name     string // of the trial's folder
	triggers []results.Trigger
	back     float64     // of the run: results.Run.Recovered
	ends     []string    // of the run: results.Run.Endpoints
	side     results.Arm // for which its arm was made
	slot     results.Slot
	again    int
	check    *manifest.Check
	into     **trialData
	damage   []manifest.Damage // that was found
}

// readTrials reads the trials of groups into figures and keeps no sample, so that its memory depends on the largest
// trial and not on the run. Each list has the order in which the trials were run. As many goroutines read as there are
// cores and memory for. None outlives the call, and the result does not depend on their number.
func readTrials(
	folder string, run results.Run, groups []results.Group, check *manifest.Check,
) ([][]*trialData, []Damage, error) {
	all := make([][]*trialData, len(groups))
	var todo []reading
	for i, g := range groups {
		found, err := list(filepath.Join(folder, results.TrialsDir, g.Name), g, check)
		if err != nil {
			return nil, nil, err
		}
		all[i] = make([]*trialData, len(found))
		for n := range found {
			found[n].into, found[n].triggers, found[n].back = &all[i][n], triggersOf(run, g), run.Recovered()
			found[n].ends = run.Endpoints
		}
		todo = append(todo, found...)
	}
	readSide(todo)
	var damaged []Damage
	for _, r := range todo {
		damaged = append(damaged, touching(run, r.slot.Group, r.damage)...)
	}
	for i := range all {
		all[i] = slices.DeleteFunc(all[i], func(d *trialData) bool { return d == nil })
		slices.SortFunc(all[i], inOrder)
	}
	return all, damaged, nil
}

// readSide reads trials concurrently.
func readSide(todo []reading) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(todo), max(1, memory/(perTable*largest(todo)+1))) {
		workers.Go(func() {
			var scratch phaseData
			for n := next.Add(1) - 1; n < int64(len(todo)); n = next.Add(1) - 1 {
				*todo[n].into, todo[n].damage = todo[n].read(&scratch)
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

// triggersOf are the triggers of a group's fixes.
func triggersOf(run results.Run, g results.Group) (all []results.Trigger) {
	for _, f := range run.Fixes {
		if f.Group == g.Name && f.Trigger.Counter != "" {
			all = append(all, f.Trigger)
		}
	}
	return all
}

// list finds a group's trials: the existing folders, and those that the manifest names. A run that was killed early
// has no folder for them. A folder without a trial's name is not a trial.
func list(folder string, g results.Group, check *manifest.Check) ([]reading, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	for _, recorded := range check.Recorded() {
		of, name := path.Split(recorded)
		if path.Base(of) == g.Name && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var found []reading
	for _, name := range names {
		if slot, attempt, ok := parseName(g, name); ok {
			found = append(found, reading{
				folder: folder, name: name, side: g.Side(slot.Arm), slot: slot, again: attempt, check: check,
			})
		}
	}
	return found, nil
}

// parseName reads a name such as 03-before or 03-before-again1, written exactly as a run writes it: a copy called
// 03-after (2) would otherwise be a block of its own.
func parseName(g results.Group, name string) (slot results.Slot, attempt int, ok bool) {
	number, arm, _ := strings.Cut(name, "-")
	var err error
	if i := strings.LastIndex(arm, "-again"); i >= 0 {
		if attempt, err = strconv.Atoi(arm[i+len("-again"):]); err != nil {
			return slot, 0, false
		}
		arm = arm[:i]
	}
	slot = results.Slot{Group: g.Name, Arm: results.Arm(arm)}
	known := slices.ContainsFunc(g.Arms, func(a results.GroupArm) bool { return a.Name == slot.Arm })
	if slot.Block, err = strconv.Atoi(number); err != nil || !known {
		return slot, 0, false
	}
	return slot, attempt, name == filepath.Base(results.TrialDir(slot, attempt))
}

// inOrder compares by when trials were run. In a run's own files all positions differ. In altered files the result
// must not depend on which was read first.
func inOrder(a, b *trialData) int {
	return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Block, b.Block), cmp.Compare(a.Attempt, b.Attempt),
		cmp.Compare(armOrder(a.side), armOrder(b.side)), cmp.Compare(a.Arm, b.Arm))
}

func armOrder(side results.Arm) int {
	if side == results.Before {
		return 0
	}
	return 1
}

// checkGroups refuses groups that would be read from outside of the run's folder, or twice, and fixes whose arms do
// not exist.
func checkGroups(folder string, run results.Run) error {
	file := filepath.Join(folder, results.RunFile)
	groups, fixes := map[string]results.Group{}, map[string]bool{}
	for _, g := range run.Groups {
		if _, seen := groups[g.Name]; seen || g.Name == "." || g.Name == ".." || g.Name != filepath.Base(g.Name) {
			return fmt.Errorf("%s: group %q (allowed: names of folders, each once)", file, g.Name)
		}
		groups[g.Name] = g
	}
	for _, f := range run.Fixes {
		g := groups[f.Group]
		for _, arm := range []results.Arm{f.Arms.Before, f.Arms.After} {
			if !slices.ContainsFunc(g.Arms, func(a results.GroupArm) bool { return a.Name == arm }) {
				return fmt.Errorf("%s: fix %q compares the arm %q of group %q, which is not there", file, f.Name, arm,
					f.Group)
			}
		}
		if fixes[f.Name] {
			return fmt.Errorf("%s: fix %q is there twice", file, f.Name)
		}
		fixes[f.Name] = true
	}
	return nil
}
