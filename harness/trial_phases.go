package harness

import (
	"cmp"
	"slices"

	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/results"
)

// layWindows sets the record's phases. All come from the plan, except the beginning of a trigger window: that is when
// the collector's watch reported ErrNoLeader. The member decides that moment, and both arms watch alike. Phases without
// length are left out.
func (t *trial) layWindows() {
	triggers := t.triggerWindows()
	phases := append(t.planned(), triggers...)
	t.record.Phases = slices.DeleteFunc(phases, func(p results.Phase) bool { return p.Length() == 0 })
	t.dropCalmTrigger(triggers)
}

// planned are the phases that are known before the trial: all but the trigger.
func (a assignment) planned() []results.Phase {
	w, healed := a.scenario.Phases.Windows(), a.healed()
	return []results.Phase{
		results.PhaseOf(results.WarmUp, w.WarmUp),
		results.PhaseOf(results.Steady, w.Steady),
		{Name: results.InFault, From: w.Fault.From, To: healed},
		{Name: results.Recovery, From: healed, To: w.Recovery.To},
	}
}

// healed is when the fault phase ends and recovery begins: when the last fault that is held is to heal.
func (a assignment) healed() clock.Nanos {
	if e, ok := lastHeld(a.plan); ok {
		return clock.Nanos(e.At + e.For)
	}
	return a.scenario.Phases.Windows().Fault.To
}

// triggerWindows returns a window for each fault that was held until the watch reported ErrNoLeader: from then to its
// heal, less the closed-loop window. A report from before the fault, for example around a transfer, opens none.
func (t *trial) triggerWindows() (windows []results.Phase) {
	capacity, _ := t.scenario.Phases.TriggerCapacity(t.plan)
	var spans []clock.Span
	for _, e := range held(t.plan) {
		healed := clock.Nanos(e.At + e.For)
		if capacity.From < healed && healed <= capacity.To {
			healed = capacity.From
		}
		gone, ok := t.events.first("worker", string(LeaderGone), t.epoch+t.effective(e))
		if back, again := t.events.first("worker", string(LeaderBack), gone); ok && again {
			healed = min(healed, back-t.epoch) // the others have elected, or another fault has ended
		}
		if from := gone - t.epoch; ok && from < healed {
			spans = append(spans, clock.Span{From: from, To: healed})
		}
	}
	for _, s := range clock.Union(spans) { // the windows of two faults at a time overlap
		windows = append(windows, results.PhaseOf(results.UnderTrigger, s))
	}
	return windows
}

// effective is when an event's fault was seen to take effect. A watch that is cancelled earlier was cancelled by
// something else, such as a transfer shortly before.
func (t *trial) effective(e plan.Event) clock.Nanos {
	for _, f := range t.record.Faults {
		if f.Event == e.ID {
			return max(f.Effective, clock.Nanos(e.At))
		}
	}
	return clock.Nanos(e.At)
}

// dropCalmTrigger takes the capacity window under the trigger out of the record when the trigger did not hold in it.
func (t *trial) dropCalmTrigger(triggers []results.Phase) {
	capacity, _ := t.scenario.Phases.TriggerCapacity(t.plan)
	for _, p := range triggers {
		if p.To == capacity.From {
			return
		}
	}
	t.record.Capacity = slices.DeleteFunc(t.record.Capacity,
		func(c results.Capacity) bool { return c.Name == results.CapacityTrigger })
}

// histogramPhases returns the phases without overlap, as an interval log needs them: the trigger is cut out of the
// fault phase.
func histogramPhases(phases []results.Phase) (out []results.Phase) {
	var triggers []clock.Span
	for _, p := range phases {
		if p.Name == results.UnderTrigger {
			triggers = append(triggers, p.Span())
		}
	}
	for _, p := range phases {
		if p.Name != results.InFault {
			out = append(out, p)
			continue
		}
		for _, s := range p.Span().Cut(triggers...) {
			out = append(out, results.PhaseOf(p.Name, s))
		}
	}
	slices.SortFunc(out, func(a, b results.Phase) int { return cmp.Compare(a.From, b.From) })
	return out
}
