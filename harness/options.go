package harness

import (
	"errors"

	"aftershock/chaos/plan"
	"aftershock/results"
)

// Options say what to run.
type Options struct {
	Scenario Scenario
	Fixes    []Fix
	Plans    []plan.Plan // one a pair; with Stop as many as it may take
	Seed     uint64
	Out      string // the folder that gets the run's folder
	Name     string // of the run's folder; empty: the run's ID
	Runtime  Runtime
	Command  results.Invocation // repeats the run
	Quick    bool
	NotRun   []string // fixes of the scenario that are left out
	Pin      bool     // keep the worker and all else to different cores
	Profile  bool     // profile and trace the workers, which their figures then include the cost of

	// Stop ends a fix's pairs before its plans are used up: when Enough says so, from what the run's folder holds by
	// then, or when the fix's share of Stop.MaxTime is over. Nil runs every plan.
	Stop   *results.Stop
	Enough func(folder, fix string) (bool, error)

	// Endpoints are clients of the plans that only probe: the service is given no link of theirs. Outage sets them.
	Endpoints []string

	// Load is the value of the scenario's load; 0 measures it before the first trial.
	Load int

	// Operations is given what became of the operations of judged trials: each once, soon after that is known, in
	// pieces that are good for the call alone. The goroutine that asks for the status calls it, and the run's own at a
	// trial's end. Nil where no one counts them.
	Operations func([]Operation)

	// Look is how busy others kept the machine right before the run; nil when it was not looked at.
	Look *results.Look

	// Patience is how long the run may wait for a calm machine before its blocks; nil when it never waits.
	Patience *results.Patience

	// Calibration is what selftest found on this machine; nil when it never ran.
	Calibration *results.Calibration

	// Built is the folder of what the scenario's arms were built to; empty where none were. It is not recorded: a path
	// may contain a user's name.
	Built string

	// Registration is what was signed before the run; nil when nothing was.
	Registration *Registration

	partial *partial // the run to resume; nil for a new one
}

// Observer is told of a run's progress. One goroutine calls its methods; any goroutine may call status.
type Observer interface {
	Started(folder string, run results.Run, status func() Status)
	// Loaded reports the load of all trials, where a scenario leaves it to the run.
	Loaded(results.Load)
	TrialDone(results.Trial)
	FixDone(fix string)
}

// ErrNoValidPair is returned by Run when no fix has a pair that can be judged.
var ErrNoValidPair = errors.New("no valid pair remains: each trial.json says why its trial is invalid")
