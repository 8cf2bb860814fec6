package harness

import (
	"errors"
	"fmt"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness/load"
	"aftershock/internal/clock"
)

// Windows are a trial's phases on its time line, one after the other without a gap. They depend on the phases' lengths
// alone, and those that TriggerCapacity and BatchWindows give on the plan as well: never on what happened in a trial.
// So both arms of a pair are measured over the same spans.
type Windows struct {
	WarmUp   load.Window `json:"warm_up"`
	Steady   load.Window `json:"steady"`
	Capacity load.Window `json:"capacity"` // closed loop, calm
	Fault    load.Window `json:"fault"`
	Recovery load.Window `json:"recovery"`
	Drain    load.Window `json:"drain"`
}

// Windows lays the phases out from the trial's epoch.
func (p Phases) Windows() Windows {
	var at time.Duration
	next := func(length time.Duration) load.Window {
		w := window(at, at+length)
		at += length
		return w
	}
	return Windows{
		WarmUp:   next(p.WarmUp),
		Steady:   next(p.Steady),
		Capacity: next(p.Capacity),
		Fault:    next(p.Fault),
		Recovery: next(p.Recovery),
		Drain:    next(p.Drain),
	}
}

// FaultStart is when the fault window begins, from the trial's epoch.
func (p Phases) FaultStart() time.Duration { return p.WarmUp + p.Steady + p.Capacity }

// Trial is the length of a trial from its epoch to the end of the drain.
func (p Phases) Trial() time.Duration { return p.FaultStart() + p.Fault + p.Recovery + p.Drain }

// TriggerCapacity is the closed-loop window under the trigger: the last Capacity of the time for which the plan's last
// held event is held. It lies at the end because a fault takes a while to take effect, and ends with the hold because
// what runs after the heal is not under the trigger. There is none if no event is held for that long.
func (p Phases) TriggerCapacity(pl plan.Plan) (load.Window, bool) {
	e, ok := lastHeld(pl)
	if !ok || e.For < p.Capacity || p.Capacity == 0 {
		return load.Window{}, false
	}
	return window(e.At+e.For-p.Capacity, e.At+e.For), true
}

// BatchWindows are the spans in which the open-loop batch stream runs: from the epoch to the end of recovery, without
// the two closed-loop windows, whose load would be measured with theirs. The other streams do not pause.
func (p Phases) BatchWindows(pl plan.Plan) []load.Window {
	w := p.Windows()
	trigger, _ := p.TriggerCapacity(pl)
	return clock.Span{To: w.Recovery.To}.Cut(w.Capacity, trigger)
}

// CheckPlan refuses a plan whose events do not lie within the fault window, or whose last held event is too short for
// the capacity window under the trigger. A plan expanded from a scenario that was read always passes.
func (p Phases) CheckPlan(pl plan.Plan) error {
	var errs []error
	from, to := p.FaultStart(), p.FaultStart()+p.Fault
	for _, e := range pl.Events {
		if e.At < from || e.At > to || e.For > to-e.At {
			errs = append(errs, fmt.Errorf("pair %d: event %s lasts from %v to %v, outside of the fault window "+
				"(%v to %v)",
				pl.Pair, e.ID, e.At, e.At+e.For, from, to))
		}
	}
	if e, ok := lastHeld(pl); ok && e.For < p.Capacity {
		errs = append(errs, fmt.Errorf("pair %d: event %s is held for %v, shorter than the capacity window of %v",
			pl.Pair, e.ID, e.For, p.Capacity))
	}
	return errors.Join(errs...)
}

// lastHeld is the event that heals last, which need not have begun last: of two faults at a time, one may begin later
// and heal earlier.
func lastHeld(pl plan.Plan) (last plan.Event, ok bool) {
	for _, e := range held(pl) {
		if e.At+e.For >= last.At+last.For {
			last, ok = e, true
		}
	}
	return last, ok
}

// held are the plan's events that last, and so can open a trigger window each.
func held(pl plan.Plan) []plan.Event {
	var events []plan.Event
	for _, e := range pl.Events {
		if e.For > 0 {
			events = append(events, e)
		}
	}
	return events
}

func window(from, to time.Duration) load.Window {
	return load.Window{From: clock.Nanos(from), To: clock.Nanos(to)}
}
