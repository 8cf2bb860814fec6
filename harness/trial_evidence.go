package harness

import (
	"slices"

	"aftershock/harness/evidence"
	"aftershock/results"
)

// The limits of what a profiled worker leaves, in bytes. A trial of 10 s at 1000 batches a second has a trace of 1.2
// MB.
const (
	traceLimit = 32 << 20
	ringLimit  = 16 << 20
)

// toRecord is what a profiled worker records; nil for one that is not profiled. The windows are the phases, less the
// closed loops, which are windows of their own.
func (a assignment) toRecord() *evidence.Config {
	if !a.profiled {
		return nil
	}
	w, healed := a.scenario.Phases.Windows(), a.healed()
	open := healed // when the open loop under the fault ends
	trigger, closed := a.scenario.Phases.TriggerCapacity(a.plan)
	if closed {
		open = trigger.From
	}
	windows := []results.Phase{
		results.PhaseOf(results.Steady, w.Steady),
		results.PhaseOf(results.ProfiledCalm, w.Capacity),
		{Name: results.InFault, From: w.Fault.From, To: open},
		results.PhaseOf(results.ProfiledTrigger, trigger),
		{Name: results.Recovery, From: healed, To: w.Recovery.To},
	}
	watched := results.Phase{Name: results.InFault, From: w.Fault.From, To: healed}
	if watched.Length() == 0 {
		watched = windows[0]
	}
	return &evidence.Config{
		Folder:   a.folder,
		Windows:  slices.DeleteFunc(windows, func(w results.Phase) bool { return w.Length() == 0 }),
		Watched:  watched,
		Response: a.scenario.stream(a.group.primary()).Timeout, Trace: traceLimit, Ring: ringLimit,
	}
}
