package summary

import "aftershock/results"

// Enough gives the rule by which a run with --width has enough pairs of a fix: the interval of its primary metric is
// narrow enough. It looks at nothing else of it: stopping when the interval leaves 0 would find a difference between
// identical arms far more often than the interval's confidence says.
func Enough(width float64) func(folder, fix string) (bool, error) {
	return func(folder, name string) (bool, error) {
		run, err := results.ReadRun(folder)
		if err != nil {
			return false, err
		}
		fix, err := ComputeFix(folder, name)
		if err != nil {
			return false, err
		}
		narrow, _, ok := Narrow(fix, width, len(run.Fixes))
		return ok && narrow, nil
	}
}
