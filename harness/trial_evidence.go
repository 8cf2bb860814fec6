package harness

import (
	"slices"

	"aftershock/harness/evidence"
	"aftershock/results"
)

// The limits of what a profiled worker leaves, in bytes. A trial of 10 s at 1000 batches a second has a trace of 1.2 MB.
const (
	traceLimit = 32 << 20
	ringLimit  = 16 << 20
)

// toRecord is what a profiled worker records; nil for one that is not profiled. The windows are the phases, less the closed
// loops, which are windows of their own.
func (t *trial) toRecord() *evidence.Config {
	if !t.profiled {
		return nil
	}
	w, healed := t.scenario.Phases.Windows(), t.healed()
	open := healed // when the open loop under the fault ends
	trigger, closed := t.scenario.Phases.TriggerCapacity(t.plan)
	if closed {
		open = trigger.From
	}
	windows := []evidence.Window{
		{Name: results.Steady, From: w.Steady.From, To: w.Steady.To},
		{Name: results.ProfiledCalm, From: w.Capacity.From, To: w.Capacity.To},
		{Name: results.InFault, From: w.Fault.From, To: open},
		{Name: results.ProfiledTrigger, From: trigger.From, To: trigger.To},
		{Name: results.Recovery, From: healed, To: w.Recovery.To},
	}
	watched := evidence.Window{Name: results.InFault, From: w.Fault.From, To: healed}
	if watched.From == watched.To {
		watched = windows[0]
	}
	return &evidence.Config{
		Folder:   t.folder,
		Windows:  slices.DeleteFunc(windows, func(w evidence.Window) bool { return w.From == w.To }),
		Watched:  watched,
		Response: t.scenario.stream(t.group.primary()).Timeout, Trace: traceLimit, Ring: ringLimit,
	}
}
