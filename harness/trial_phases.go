package harness

import (
	"cmp"
	"slices"

	"aftershock/chaos/plan"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/hlog"
)

// layWindows sets the record's phases. All come from the plan, except the beginning of a trigger window: that is when
// the collector's watch reported ErrNoLeader. The member decides that moment, and both arms watch alike. Phases without
// length are left out.
func (t *trial) layWindows() {
	w, healed := t.scenario.Phases.Windows(), t.healed()
	phases := []results.Phase{
		{Name: results.WarmUp, From: w.WarmUp.From, To: w.WarmUp.To},
		{Name: results.Steady, From: w.Steady.From, To: w.Steady.To},
		{Name: results.InFault, From: w.Fault.From, To: healed},
		{Name: results.Recovery, From: healed, To: w.Recovery.To},
	}
	triggers := t.triggerWindows()
	phases = append(phases, triggers...)
	t.record.Phases = slices.DeleteFunc(phases, func(p results.Phase) bool { return p.Length() == 0 })
	t.dropCalmTrigger(triggers)
}

// healed is when the fault phase ends and recovery begins: when the last fault that is held is to heal.
func (t *trial) healed() clock.Nanos {
	if e, ok := lastHeld(t.plan); ok {
		return clock.Nanos(e.At + e.For)
	}
	return t.scenario.Phases.Windows().Fault.To
}

// triggerWindows returns a window for each fault that was held until the watch reported ErrNoLeader: from then to its
// heal, less the closed-loop window. A report from before the fault, for example around a transfer, opens none.
func (t *trial) triggerWindows() []results.Phase {
	capacity, _ := t.scenario.Phases.TriggerCapacity(t.plan)
	var windows []results.Phase
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
			windows = append(windows, results.Phase{Name: results.UnderTrigger, From: from, To: healed})
		}
	}
	return united(windows)
}

// united sorts windows and merges those that overlap or touch, as the windows of two faults at a time do.
func united(windows []results.Phase) []results.Phase {
	slices.SortFunc(windows, func(a, b results.Phase) int { return cmp.Compare(a.From, b.From) })
	var apart []results.Phase
	for _, w := range windows {
		if n := len(apart); n > 0 && w.From <= apart[n-1].To {
			apart[n-1].To = max(apart[n-1].To, w.To)
			continue
		}
		apart = append(apart, w)
	}
	return apart
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
	t.record.Capacity = slices.DeleteFunc(t.record.Capacity, func(c results.Capacity) bool { return c.Name == results.CapacityTrigger })
}

// histogramPhases returns the phases without overlap, as an interval log needs them: the trigger is cut out of the
// fault phase.
func histogramPhases(phases []results.Phase) []hlog.Phase {
	var out []hlog.Phase
	for _, p := range phases {
		spans := []load.Window{{From: p.From, To: p.To}}
		for _, other := range phases {
			if p.Name == results.InFault && other.Name == results.UnderTrigger {
				var left []load.Window
				for _, s := range spans {
					left = append(left, without([]load.Window{s}, load.Window{From: other.From, To: other.To})...)
				}
				spans = left
			}
		}
		for _, s := range spans {
			out = append(out, hlog.Phase{Name: p.Name, From: s.From, To: s.To})
		}
	}
	slices.SortFunc(out, func(a, b hlog.Phase) int { return cmp.Compare(a.From, b.From) })
	return out
}
