package scenarios

import (
	"slices"
	"time"

	"aftershock/chaos/plan"
	"aftershock/internal/document"
)

// event is a fault as it stands in the file: At counts from the start of the fault window.
type event struct {
	plan.FaultSpec
	fields document.Object
	rule   plan.FaultRule
}

// mostRepeats bounds repetition: a plan is read by people.
const mostRepeats = 1000

// readEvents returns the events that could be read in full.
func (c faultContext) readEvents(v document.Value) []event {
	items, _ := v.Items("event")
	var events []event
	for _, item := range items {
		o, _ := item.Object([]string{"fault", "at"}, []string{"target", "to", "jitter", "for", "with", "repeat", "every"})
		e, ok := c.readFault(item, o)
		e.Line = item.Line()
		oks := []bool{ok, true, true, true}
		e.At, oks[1] = o["at"].Duration(0, longest)
		if o["jitter"].Given() {
			e.Jitter, oks[2] = o["jitter"].Duration(0, longest)
		}
		oks[3] = readRepeat(o, &e)
		if !slices.Contains(oks, false) {
			events = append(events, e)
		}
	}
	return events
}

// readRepeat reads how often an event happens, and how far apart.
func readRepeat(o document.Object, e *event) bool {
	switch repeat, every := o["repeat"], o["every"]; {
	case !repeat.Given() && !every.Given():
		return true
	case !repeat.Given():
		every.Addf("says how far apart repetitions are: it needs a field \"repeat\"")
		return false
	case !every.Given():
		repeat.Addf("needs a field \"every\", from one beginning to the next")
		return false
	}
	e.Repeat = o["repeat"].Integer(2, mostRepeats)
	var ok bool
	e.Every, ok = o["every"].Duration(shortest, longest)
	return ok && e.Repeat > 0
}

// readFault reads what events and the choices of a mix have in common: which fault, of whom, for how long, and how.
func (c faultContext) readFault(v document.Value, o document.Object) (event, bool) {
	e := event{fields: o}
	oks := make([]bool, 5)
	e.Fault, oks[0] = o["fault"].OneOf("fault", c.faultNames())
	if oks[0] {
		e.rule = c.rules[slices.Index(c.faultNames(), e.Fault)]
		e.Target, oks[1] = c.readTarget(v, e)
	} else if o["target"].Given() { // whatever the fault is meant to be, it has no other words for its target
		e.Target, oks[1] = c.member(o["target"])
	}
	oks[2], oks[3] = true, true
	if o["to"].Given() {
		e.To, oks[2] = c.member(o["to"])
	}
	if o["for"].Given() {
		e.For, oks[3] = o["for"].Duration(shortest, longest)
	}
	if oks[0] {
		var paramsOK bool
		e.Params, paramsOK = readParams(o["with"], e.rule)
		oks[4] = c.checkFault(v, e) && paramsOK
	}
	return e, !slices.Contains(oks, false)
}

// readTarget reads whom the fault hits, in the words that it takes.
func (c faultContext) readTarget(v document.Value, e event) (string, bool) {
	target := e.fields["target"]
	switch {
	case e.rule.Aim == plan.AtCluster && target.Given():
		target.Addf("%s hits the whole cluster, and takes no field \"target\"", e.Fault)
		return "", false
	case e.rule.Aim == plan.AtCluster:
		return "", true
	case !target.Given():
		v.Addf("%s needs a field \"target\"", e.Fault)
		return "", false
	case e.rule.Aim == plan.AtClient:
		return target.OneOf("client to hit", c.clients)
	}
	return c.member(target)
}

// readParams reads the fault's parameters; those that are not given keep their defaults.
func readParams(v document.Value, rule plan.FaultRule) (plan.Params, bool) {
	if !v.Given() {
		return nil, true
	}
	entries, ok := v.Entries()
	params := plan.Params{}
	for _, e := range entries {
		if _, twice := params[e.Name]; twice {
			e.Key.Addf("is given twice")
			ok = false
			continue
		}
		text, read := e.Value.Text()
		if !read {
			ok = false
			continue
		}
		if err := rule.CheckParam(e.Name, text); err != nil || e.Name == "draw" {
			e.Key.Addf("%v", orDrawn(err))
			ok = false
			continue
		}
		params[e.Name] = text
	}
	return params, ok
}

// checkFault refuses fields that the fault needs and lacks, or that would do nothing, and a cluster that it cannot hit.
func (c faultContext) checkFault(v document.Value, e event) bool {
	ok := true
	for _, field := range []struct {
		name, why string
		needed    bool
	}{
		{"for", "is held until it is healed", e.rule.Held},
		{"to", "moves leadership", e.rule.Moves},
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
	if err := e.rule.Fits(c.cluster.Members, c.cluster.Features()); err != nil && c.cluster.Members > 0 {
		e.fields["fault"].Addf("%v", err)
		ok = false
	}
	return ok
}

// length is how long an instance of the event keeps what it takes.
func (e event) length() time.Duration { return e.rule.Length(e.For) }

// starts are when its instances begin at the earliest.
func (e event) starts() []time.Duration {
	var all []time.Duration
	for n := range max(1, e.Repeat) {
		all = append(all, e.At+time.Duration(n)*e.Every)
	}
	return all
}
