package gate

import (
	"slices"

	"aftershock/results"
)

// about are the answers about the run as a whole.
func (p Policy) about(run results.Run) (all []Answer) {
	if run.Status != results.Complete {
		why := run.Why
		if why == "" {
			why = "it was killed, or is still going on"
		}
		all = append(all, Answer{
			Name: "complete", Result: Invalid, Measured: string(run.Status), Bound: string(results.Complete),
			Why: "the run is partial: " + why,
		})
	}
	if run.Profiled {
		all = append(all, Answer{
			Name: "without a profiler", Result: Invalid, Measured: "run with --profile", Bound: "run without --profile",
			Why: "the workers were profiled and traced, and the figures include what that cost",
		})
	}
	if len(run.NotRun) > 0 && slices.ContainsFunc(p.rules, func(r rule) bool { return len(r.fixes) == 0 }) {
		all = append(all, Answer{
			Name: "every fix was run", Result: Invalid, Measured: "not run: " + join(run.NotRun),
			Bound: "every fix of the scenario",
			Why:   "the policy asks about all fixes, and the run left some out: run them, or name those that it is about",
		})
	}
	return all
}

// unsound is the one answer to a run whose machine's calibration failed: its figures cannot be trusted, whatever the
// rules say.
func unsound(c results.Calibration) Answer {
	var failed []string
	for _, check := range c.Checks {
		if !check.Holds && !check.Undecided {
			failed = append(failed, check.Name)
		}
	}
	return Answer{
		Name: "calibration", Result: Invalid, Measured: "unsound: " + join(failed), Bound: "sound",
		Why: "selftest found on this machine that the harness cannot be believed, so no rule was judged",
	}
}
