package profile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"aftershock/internal/regular"
	"aftershock/results"
	"aftershock/results/summary"

	pprof "github.com/google/pprof/profile"
)

// NotProfiled is why a run has nothing to compare. errors.As finds it.
type NotProfiled struct {
	Folder  string
	Command results.Invocation // made the run
}

func (e *NotProfiled) Error() string {
	return fmt.Sprintf("%s has no profiles: its workers were not profiled; make a run that has: %s --profile",
		e.Folder, e.Command)
}

// Read reads the profiles of a run's folder, and compares them over the pairs that each fix is judged by. A trial that
// lacks the profile of a window, because its worker crashed before the end of it, has its pair left out of that window. A
// profile that cannot be read is an error, and so is what summary.Compute could not read.
func Read(folder string) (Comparison, error) {
	run, pairs, err := summary.JudgedPairs(folder)
	if err != nil {
		return Comparison{}, err
	}
	if !run.Profiled {
		return Comparison{}, &NotProfiled{Folder: folder, Command: run.Command}
	}
	c := Comparison{Schema: Schema, Run: run}
	for i, f := range run.Fixes {
		fix := Fix{Name: f.Name, Pairs: len(pairs[i])}
		for _, window := range results.ProfiledWindows() {
			found, err := readWindow(window, pairs[i])
			if err != nil {
				return Comparison{}, err
			}
			if len(found) == 0 {
				continue
			}
			w, err := Compare(window, found)
			if err != nil {
				return Comparison{}, fmt.Errorf("%s, %s: %w", f.Name, results.ProfileFile(window), err)
			}
			fix.Windows = append(fix.Windows, w)
		}
		c.Fixes = append(c.Fixes, fix)
	}
	return c, nil
}

// readWindow reads a window's profiles of those pairs that have both.
func readWindow(window string, pairs []summary.JudgedPair) (found []Pair, err error) {
	for _, p := range pairs {
		pair := Pair{Number: p.Number}
		if pair.Before, err = readProfile(filepath.Join(p.Before, results.ProfileFile(window))); err != nil {
			return nil, err
		}
		if pair.After, err = readProfile(filepath.Join(p.After, results.ProfileFile(window))); err != nil {
			return nil, err
		}
		if pair.Before != nil && pair.After != nil {
			found = append(found, pair)
		}
	}
	return found, nil
}

// readProfile reads a profile; nil when there is none.
func readProfile(path string) (*pprof.Profile, error) {
	data, err := regular.Read(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p, err := pprof.ParseData(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}
