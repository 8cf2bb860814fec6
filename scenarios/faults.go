package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/units"
)

// faultContext is what a fault spec is checked against. Members and phases are 0 where they could not be read; what
// depends on them is then not checked.
type faultContext struct {
	rules   []plan.FaultRule
	members int
	phases  harness.Phases
}

// event is a fault as it stands in the file: At counts from the start of the fault window.
type event struct {
	plan.FaultSpec
	fields object
	held   bool
}

// end is when the event has ended at the latest, from the start of the fault window.
func (e event) end() time.Duration { return e.At + e.Jitter + e.For }

func readFaults(v value, c faultContext) plan.Spec {
	spec := plan.Spec{Members: c.members}
	o, ok := v.object([]string{"events"}, []string{"clients"})
	if !ok {
		return spec
	}
	spec.Clients = c.readClients(o["clients"])
	events := c.readEvents(o["events"], c.words(spec.Clients))
	c.checkEvents(events)
	for _, e := range events {
		e.At += c.phases.FaultStart()
		spec.Faults = append(spec.Faults, e.FaultSpec)
	}
	return spec
}

// words lists what can stand for a member, or is empty while the number of members is not known.
func (c faultContext) words(clients []plan.ClientSpec) []string {
	if c.members == 0 {
		return nil
	}
	words := []string{"leader"}
	if c.members > 1 {
		words = append(words, "follower")
	}
	for i := range c.members {
		words = append(words, fmt.Sprintf("n%d", i+1))
	}
	for _, client := range clients {
		if client.Name != "" {
			words = append(words, "client."+client.Name)
		}
	}
	return words
}

func (v value) member(words []string) (string, bool) {
	if len(words) == 0 {
		return v.scalar()
	}
	return v.oneOf("member", words)
}

func (c faultContext) readClients(v value) []plan.ClientSpec {
	items, _ := v.items("client")
	var clients []plan.ClientSpec
	seen := map[string]int{}
	for _, item := range items {
		o, _ := item.object([]string{"name", "pin"}, nil)
		client := plan.ClientSpec{Name: o["name"].unique(seen)}
		client.Pin, _ = o["pin"].member(c.words(nil))
		clients = append(clients, client)
	}
	return clients
}

// readEvents returns the events that could be read in full.
func (c faultContext) readEvents(v value, words []string) []event {
	items, _ := v.items("event")
	var events []event
	for _, item := range items {
		if e, ok := c.readEvent(item, words); ok {
			events = append(events, e)
		}
	}
	return events
}

func (c faultContext) readEvent(v value, words []string) (event, bool) {
	o, _ := v.object([]string{"fault", "target", "at"}, []string{"to", "jitter", "for"})
	e := event{fields: o}
	oks := make([]bool, 7)
	e.Fault, oks[0] = o["fault"].oneOf("fault", c.faultNames())
	e.Target, oks[1] = o["target"].member(words)
	e.At, oks[2] = o["at"].duration(0, longest)
	e.To, oks[3] = o["to"].member(words)
	e.Jitter, oks[4] = o["jitter"].duration(0, longest)
	e.For, oks[5] = o["for"].duration(shortest, longest)
	for i, optional := range []string{"to", "jitter", "for"} {
		oks[3+i] = oks[3+i] || o[optional].node == nil
	}
	oks[6] = !oks[0] || c.checkFault(v, &e)
	return e, !slices.Contains(oks, false)
}

func (c faultContext) faultNames() []string {
	names := make([]string, len(c.rules))
	for i, r := range c.rules {
		names[i] = r.Name
	}
	return names
}

// checkFault refuses fields that the fault needs and lacks, or that would do nothing.
func (c faultContext) checkFault(v value, e *event) bool {
	rule := c.rules[slices.Index(c.faultNames(), e.Fault)]
	e.held = rule.Held
	ok := true
	for _, field := range []struct {
		name, why string
		needed    bool
	}{
		{"for", "is held until it is healed", rule.Held},
		{"to", "moves leadership", rule.Moves},
	} {
		switch given := e.fields[field.name].node != nil; {
		case field.needed && !given:
			v.addf("%s %s: it needs a field %q", e.Fault, field.why, field.name)
			ok = false
		case !field.needed && given:
			e.fields[field.name].addf("%s takes no field %q", e.Fault, field.name)
			ok = false
		}
	}
	return ok
}

// checkEvents refuses events for which the fault window has no room or which could overlap, whatever the seed draws.
func (c faultContext) checkEvents(events []event) {
	ordered := slices.Clone(events)
	slices.SortStableFunc(ordered, func(a, b event) int { return cmp.Compare(a.At, b.At) })
	var longest, lastHeld *event
	for i := range ordered {
		e := &ordered[i]
		if c.phases.Fault > 0 && e.end() > c.phases.Fault {
			e.fields["at"].addf("the event may last until %s (at + jitter + for), beyond the end of the fault window at %s",
				units.Short(e.end()), units.Short(c.phases.Fault))
		}
		if longest != nil && e.At <= longest.end() {
			e.fields["at"].addf("the event may begin at %s, and that of line %d may last until %s; events must not overlap",
				units.Short(e.At), longest.fields["at"].line(), units.Short(longest.end()))
		}
		if longest == nil || e.end() > longest.end() {
			longest = e
		}
		if e.held {
			lastHeld = e
		}
	}
	if lastHeld != nil && lastHeld.For < c.phases.Capacity {
		lastHeld.fields["for"].addf("%s is too short for the capacity window of %s, which lies at its end",
			units.Short(lastHeld.For), units.Short(c.phases.Capacity))
	}
}
