package scenarios

import (
	"errors"

	"aftershock/chaos/plan"
	"aftershock/internal/document"
	"aftershock/internal/units"
)

// The limits of a mix.
const (
	mostOverlap = 8
	mostWeight  = 1000
)

// readMix reads faults that are chosen at random.
func (c faultContext) readMix(v document.Value) *plan.Mix {
	o, ok := v.Object([]string{"from", "until", "calm", "overlap", "choices"}, []string{"jitter"})
	if !ok {
		return nil
	}
	if c.phases.Capacity > 0 {
		v.Addf("has no last fault whose end is known beforehand, and phases.capacity measures under that: leave one of them out")
	}
	m := &plan.Mix{Overlap: o["overlap"].Integer(1, mostOverlap)}
	m.Calm, _ = o["calm"].Duration(shortest, longest)
	if o["jitter"].Given() {
		m.Jitter, _ = o["jitter"].Duration(0, longest)
	}
	from, fromOK := o["from"].Duration(0, longest)
	until, untilOK := o["until"].Duration(shortest, longest)
	switch {
	case !fromOK || !untilOK:
	case until <= from:
		o["until"].Addf("%s is not after the beginning at %s", units.Short(until), units.Short(from))
	case c.phases.Fault > 0 && until > c.phases.Fault:
		o["until"].Addf("%s is beyond the end of the fault window at %s", units.Short(until), units.Short(c.phases.Fault))
	}
	m.From, m.Until = from+c.phases.FaultStart(), until+c.phases.FaultStart()
	items, ok := o["choices"].Items("choice")
	if ok && len(items) == 0 {
		o["choices"].Addf("there must be at least one choice")
	}
	for _, item := range items {
		if choice, ok := c.readChoice(item, *m); ok {
			m.Choices = append(m.Choices, choice)
		}
	}
	return m
}

// readChoice reads a fault of a mix, and refuses one that could never be chosen, or have no effect whenever it is.
func (c faultContext) readChoice(v document.Value, m plan.Mix) (plan.Choice, bool) {
	o, _ := v.Object([]string{"fault", "weight"}, []string{"target", "to", "for", "with", "alone"})
	e, ok := c.readFault(v, o)
	choice := plan.Choice{FaultSpec: e.FaultSpec, Weight: o["weight"].Integer(1, mostWeight)}
	if o["alone"].Given() {
		choice.Alone, _ = o["alone"].Bool()
	}
	if !ok {
		return choice, false
	}
	if room := m.Until - m.From; room > 0 && e.rule.Span(e.For)+m.Jitter > room {
		o["fault"].Addf("%s takes %s, and the mix has room for %s (until - from - jitter)", e.Fault,
			units.Short(e.rule.Span(e.For)),
			units.Short(room-m.Jitter))
		return choice, false
	}
	if err := c.course(nil).CheckChoice(e.FaultSpec); err != nil {
		e.place(err).Addf("%v", err)
		return choice, false
	}
	return choice, choice.Weight > 0
}

// errDrawn refuses to be told what the seed draws.
var errDrawn = errors.New("the seed draws this, not the scenario")

func orDrawn(err error) error {
	if err != nil {
		return err
	}
	return errDrawn
}
