package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"aftershock/chaos/plan"
	"aftershock/internal/document"
	"aftershock/internal/units"
)

// instance is one of the times that an event happens, at its widest: from its earliest beginning to its latest end.
type instance struct {
	*event
	from, until time.Duration
}

// checkEvents refuses events for which the fault window has no room, and those that could collide or find their
// target in another role than they need, whatever the seed draws.
func (c faultContext) checkEvents(events []event, mix *plan.Mix) {
	var all []instance
	for i := range events {
		e := &events[i]
		for _, from := range e.starts() {
			all = append(all, instance{e, from, from + e.Jitter + e.length()})
		}
	}
	slices.SortStableFunc(all, func(a, b instance) int { return cmp.Compare(a.from, b.from) })
	late, refused := map[*event]bool{}, map[*event]bool{} // one problem of a kind says enough of an event
	var lastHeld *instance
	course := c.course(mix)
	for i, e := range all {
		if c.phases.Fault > 0 && e.until > c.phases.Fault && !late[e.event] {
			e.fields["at"].Addf("the event may last until %s (at + jitter + for), beyond the end of the fault window at %s",
				units.Short(e.until), units.Short(c.phases.Fault))
			late[e.event] = true
		}
		spec := e.FaultSpec
		spec.At = e.from
		err := course.Take(spec, fmt.Sprintf("that of line %d (%s)", e.fields["at"].Line(), e.Fault))
		if err != nil && !refused[e.event] {
			e.place(err).Addf("%v", err)
			refused[e.event] = true
		}
		if e.rule.Held {
			lastHeld = &all[i]
		}
	}
	if lastHeld != nil && lastHeld.For < c.phases.Capacity {
		lastHeld.fields["for"].Addf("%s is too short for the capacity window of %s, which lies at its end",
			units.Short(lastHeld.For), units.Short(c.phases.Capacity))
	}
}

// course follows the scenario's faults, with times that count from the start of the fault window.
func (c faultContext) course(mix *plan.Mix) *plan.Course {
	if mix != nil {
		mix = &plan.Mix{From: mix.From - c.phases.FaultStart()}
	}
	return plan.NewCourse(c.rules, c.cluster.Members, c.pins, mix)
}

// place is the field that has to change: the time where events collide, and else the target.
func (e event) place(err error) document.Value {
	if collision := (*plan.Collision)(nil); errors.As(err, &collision) || !e.fields["target"].Given() {
		return e.fields["at"]
	}
	return e.fields["target"]
}
