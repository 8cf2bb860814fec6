package scenarios

import (
	"cmp"
	"slices"
	"time"

	"aftershock/chaos/plan"
	"aftershock/internal/units"
)

// instance is one of the times that an event happens, at its widest: from its earliest beginning to its latest end.
type instance struct {
	*event
	from, until time.Duration
}

// checkEvents refuses events for which the fault window has no room or which could collide, whatever the seed draws.
func (c faultContext) checkEvents(events []event) {
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
	for i, e := range all {
		if c.phases.Fault > 0 && e.until > c.phases.Fault && !late[e.event] {
			e.fields["at"].Addf("the event may last until %s (at + jitter + for), beyond the end of the fault window at %s",
				units.Short(e.until), units.Short(c.phases.Fault))
			late[e.event] = true
		}
		for _, earlier := range all[:i] {
			resource, both := plan.Common(earlier.rule.Takes, e.rule.Takes)
			if both && e.from <= earlier.until && !refused[e.event] {
				e.fields["at"].Addf("the event may begin at %s, and that of line %d may last until %s; both need the %s to themselves",
					units.Short(e.from), earlier.fields["at"].Line(), units.Short(earlier.until), resource)
				refused[e.event] = true
			}
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
