package summary

import (
	"path/filepath"

	"aftershock/results"
)

// JudgedPair is a pair that a fix is judged by, with the folders of its trials.
type JudgedPair struct {
	Number        int
	Before, After string
}

// JudgedPairs reads a run's folder and gives for each fix of the run, in its order, the pairs that its figures are compared
// over: valid ones in which the before arm was exercised, in the order in which they were run. Its errors are those of
// Compute, and a *DamagedError.
func JudgedPairs(folder string) (results.Run, [][]JudgedPair, error) {
	o, err := open(folder)
	if err == nil {
		err = Undamaged(o.damaged)
	}
	if err != nil {
		return o.run, nil, err
	}
	run, trials := o.run, o.trials
	all := make([][]JudgedPair, len(run.Fixes))
	for i, f := range run.Fixes {
		for _, p := range judged(run, f, trials) {
			all[i] = append(all[i], JudgedPair{
				Number: p.number, Before: p.before.dir(folder), After: p.after.dir(folder),
			})
		}
	}
	return run, all, nil
}

// dir is the trial's folder.
func (d *trialData) dir(folder string) string {
	return filepath.Join(folder, results.TrialDir(d.Slot(), d.Attempt))
}
