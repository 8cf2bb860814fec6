package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/document"
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
	fields document.Object
	held   bool
}

// end is when the event has ended at the latest, from the start of the fault window.
func (e event) end() time.Duration { return e.At + e.Jitter + e.For }

func readFaults(v document.Value, c faultContext) plan.Spec {
	spec := plan.Spec{Members: c.members}
	o, ok := v.Object([]string{"events"}, []string{"clients"})
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

func member(v document.Value, words []string) (string, bool) {
	if len(words) == 0 {
		return v.Text()
	}
	return v.OneOf("member", words)
}

func (c faultContext) readClients(v document.Value) []plan.ClientSpec {
	items, _ := v.Items("client")
	var clients []plan.ClientSpec
	seen := map[string]int{}
	for _, item := range items {
		o, _ := item.Object([]string{"name", "pin"}, nil)
		client := plan.ClientSpec{Name: o["name"].Unique(seen)}
		client.Pin, _ = member(o["pin"], c.words(nil))
		clients = append(clients, client)
	}
	return clients
}

// readEvents returns the events that could be read in full.
func (c faultContext) readEvents(v document.Value, words []string) []event {
	items, _ := v.Items("event")
	var events []event
	for _, item := range items {
		if e, ok := c.readEvent(item, words); ok {
			events = append(events, e)
		}
	}
	return events
}

func (c faultContext) readEvent(v document.Value, words []string) (event, bool) {
	o, _ := v.Object([]string{"fault", "target", "at"}, []string{"to", "jitter", "for"})
	e := event{fields: o}
	oks := make([]bool, 7)
	e.Fault, oks[0] = o["fault"].OneOf("fault", c.faultNames())
	e.Target, oks[1] = member(o["target"], words)
	e.At, oks[2] = o["at"].Duration(0, longest)
	e.To, oks[3] = member(o["to"], words)
	e.Jitter, oks[4] = o["jitter"].Duration(0, longest)
	e.For, oks[5] = o["for"].Duration(shortest, longest)
	for i, optional := range []string{"to", "jitter", "for"} {
		oks[3+i] = oks[3+i] || !o[optional].Given()
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
func (c faultContext) checkFault(v document.Value, e *event) bool {
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
		switch given := e.fields[field.name].Given(); {
		case field.needed && !given:
			v.Addf("%s %s: it needs a field %q", e.Fault, field.why, field.name)
			ok = false
		case !field.needed && given:
			e.fields[field.name].Addf("%s takes no field %q", e.Fault, field.name)
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
			e.fields["at"].Addf("the event may last until %s (at + jitter + for), beyond the end of the fault window at %s",
				units.Short(e.end()), units.Short(c.phases.Fault))
		}
		if longest != nil && e.At <= longest.end() {
			e.fields["at"].Addf("the event may begin at %s, and that of line %d may last until %s; events must not overlap",
				units.Short(e.At), longest.fields["at"].Line(), units.Short(longest.end()))
		}
		if longest == nil || e.end() > longest.end() {
			longest = e
		}
		if e.held {
			lastHeld = e
		}
	}
	if lastHeld != nil && lastHeld.For < c.phases.Capacity {
		lastHeld.fields["for"].Addf("%s is too short for the capacity window of %s, which lies at its end",
			units.Short(lastHeld.For), units.Short(c.phases.Capacity))
	}
}
