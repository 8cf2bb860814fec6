package plan

import (
	"fmt"
	"slices"
	"time"

	"aftershock/internal/units"
)

// part is a resource that an event takes or uses for a part of its time. The part is the widest possible one, because
// its beginning may be drawn.
type part struct {
	resource Resource
	takes    bool // has it to itself; else it only has to be there
	of       place
	from, to time.Duration // from the event's beginning
}

// span is the time of one event, from the trial's epoch, and what it takes and uses meanwhile.
type span struct {
	by       string // what to call the event in an error
	from, to time.Duration
	parts    []part
}

// spanOf gives the span of an event that begins between at and at+jitter.
func (p places) spanOf(r FaultRule, e FaultSpec, by string) span {
	length := r.Length(e.For)
	s := span{by: by, from: e.At, to: e.At + e.Jitter + length + r.Settle}
	at := p.of(r, e.Target)
	add := func(resource Resource, takes bool, from, to time.Duration) {
		whose := at
		if !resource.ofMembers() {
			whose = place{all: true}
		}
		s.parts = append(s.parts, part{resource, takes, whose, e.At + from, e.At + e.Jitter + to})
	}
	for _, resource := range r.takes(e.Params) {
		add(resource, true, 0, length+r.Settle)
	}
	if isRole(e.Target) { // without a leader it means no member
		add(Quorum, false, 0, 0)
	}
	for _, resource := range r.Uses {
		if r.Onset == 0 || r.Onset >= length {
			add(resource, false, 0, length+r.Settle)
			continue
		}
		add(resource, false, 0, r.Onset)
		add(resource, false, length, length+r.Settle)
	}
	return s
}

// collides tells whether two parts cannot overlap. Parts that touch overlap too: a transfer needs a moment, and
// chance would decide which of two events at the same time came first.
func (p part) collides(other part, calm time.Duration) bool {
	return p.resource == other.resource && (p.takes || other.takes) && p.of.meets(other.of) &&
		p.from <= other.to+calm && other.from <= p.to+calm
}

// Collision is a pair of events: one takes what the other takes or needs.
type Collision struct {
	Resource Resource
	text     string
}

func (c *Collision) Error() string { return c.text }

func (s span) collision(other span) *Collision {
	for _, mine := range s.parts {
		for _, its := range other.parts {
			if mine.collides(its, 0) {
				return &Collision{mine.resource, fmt.Sprintf("%s the %s from %s to %s, and %s %s the same from "+
					"%s to %s", mine.verb(), mine.resource,
					units.Short(mine.from), units.Short(mine.to), other.by, its.verb(), units.Short(its.from), units.Short(its.to))}
			}
		}
	}
	return nil
}

func (p part) verb() string {
	if p.takes {
		return "takes"
	}
	return "needs"
}

// busy is what is taken and used, when, and by which event.
type busy []span

// take refuses a span that collides with one that was taken before.
func (b *busy) take(s span) error {
	defer func() { *b = append(*b, s) }()
	for _, other := range *b {
		if c := s.collision(other); c != nil {
			return c
		}
	}
	return nil
}

// fit returns the earliest time from s.from on at which a span collides with nothing, with the given calm on either
// side.
func (b busy) fit(s span, calm time.Duration) time.Duration {
	at := s.from
	for {
		moved := b.after(s, at-s.from, calm)
		if moved == at {
			return at
		}
		at = moved
	}
}

// after returns when a span that is moved by an offset would have to begin to be clear of the first span that it
// collides with.
func (b busy) after(s span, by, calm time.Duration) time.Duration {
	for _, mine := range s.parts {
		mine.from, mine.to = mine.from+by, mine.to+by
		for _, other := range b {
			if i := slices.IndexFunc(other.parts, func(its part) bool { return mine.collides(its, calm) }); i >= 0 {
				return s.from + by + other.parts[i].to + calm + step - mine.from
			}
		}
	}
	return s.from + by
}
