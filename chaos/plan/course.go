package plan

import (
	"errors"
	"time"
)

// Course follows a trial's events in the order of time. It refuses events that earlier ones leave without effect: those
// that need a resource that another event has taken, and those whose target may be in another role than the fault
// needs.
type Course struct {
	rules   []FaultRule
	members int
	at      places
	taken   busy
	know    roles
	mix     *Mix
}

// NewCourse begins a trial. Pins may be those of a scenario or of a plan. From the beginning of the mix on, which may
// be nil, it is not known who leads.
func NewCourse(rules []FaultRule, members int, pins []Client, mix *Mix) *Course {
	return &Course{rules: rules, members: members, at: placesOf(pins), know: rolesAtStart(), mix: mix}
}

// Take takes an event that begins between At and At+Jitter, once, at the time that it names. by is what to call it
// in the errors of later ones. An unknown fault is not judged.
func (c *Course) Take(e FaultSpec, by string) error {
	rule, found := find(c.rules, e.Fault)
	if !found {
		return nil
	}
	know := c.know
	if c.mix != nil && c.mix.From <= e.At+e.Jitter {
		know = roles{}
	}
	err := errors.Join(know.check(rule, e, c.at, c.members), c.taken.take(c.at.spanOf(rule, e, by)))
	c.know = know.after(rule, e, c.at)
	return err
}

// CheckChoice refuses a choice of a mix whose target may be in another role than the fault needs: who leads at a random
// time is not known.
func (c *Course) CheckChoice(e FaultSpec) error {
	rule, found := find(c.rules, e.Fault)
	if !found {
		return nil
	}
	return roles{}.check(rule, e, c.at, c.members)
}

// spec turns an event of a plan into one of a scenario that leaves nothing open.
func (e Event) spec() FaultSpec {
	return FaultSpec{Fault: e.Fault, Target: e.Target, To: e.To, At: e.At, For: e.For, Params: e.Params}
}

// Span is how long an event of the fault keeps what it takes, until the cluster is itself again.
func (r FaultRule) Span(held time.Duration) time.Duration { return r.Length(held) + r.Settle }
