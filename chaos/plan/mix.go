package plan

import (
	"slices"
	"time"
)

// mix draws faults by weight until the mix's time is over. Each track is a line of faults with calm between them. A
// drawn fault comes as soon as it collides with nothing: neither with a fault on another track, nor with an event of
// the scenario's own.
//
// Whether there is a next fault is decided before it is drawn: only if the longest would still have the time. So a long
// fault is drawn as often as a short one of its weight. If only faults that fit were drawn, each mix would end with
// short faults.
func (x expansion) mix(m Mix, clients []Client, own []Event) []Event {
	at := placesOf(clients)
	var taken busy
	for _, e := range own {
		rule, _ := find(x.faults, e.Fault)
		taken = append(taken, at.spanOf(rule, e.spec(), ""))
	}
	choices := x.possible(m)
	if len(choices) == 0 {
		return nil
	}
	calm := max(step, m.Calm)
	tracks := make([]time.Duration, max(1, m.Overlap)) // from when each is free
	for i := range tracks {
		tracks[i] = m.From + x.jitter(m.Jitter)
	}
	var events []Event
	for {
		next := slices.Index(tracks, slices.Min(tracks))
		longest := x.longest(choices, tracks[next])
		if taken.fit(longest, calm)+longest.to-longest.from > m.Until {
			return events
		}
		choice := x.draw(choices)
		s := x.spanAt(at, choice, tracks[next])
		s = x.spanAt(at, choice, taken.fit(s, calm))
		taken, events = append(taken, s), append(events, x.event(choice.once(), s.from))
		tracks[next] = s.to + calm + x.jitter(m.Jitter)
	}
}

// possible lists the choices that the mix has time for at all.
func (x expansion) possible(m Mix) []Choice {
	return slices.DeleteFunc(slices.Clone(m.Choices), func(c Choice) bool {
		rule, _ := find(x.faults, c.Fault)
		return c.Weight < 1 || m.From+m.Jitter+rule.Span(c.For) > m.Until
	})
}

// longest is the span of the worst possible draw: as long as the longest fault, and alone.
func (x expansion) longest(choices []Choice, at time.Duration) span {
	var length time.Duration
	for _, c := range choices {
		rule, _ := find(x.faults, c.Fault)
		length = max(length, rule.Span(c.For))
	}
	return alone(at, at+length)
}

// draw draws by weight.
func (x expansion) draw(choices []Choice) Choice {
	all := 0
	for _, c := range choices {
		all += c.Weight
	}
	drawn := x.rng.IntN(all)
	for _, c := range choices {
		if drawn < c.Weight {
			return c
		}
		drawn -= c.Weight
	}
	return Choice{} // the weights' sum is above what was drawn
}

// once is the choice as an event that begins at a given time.
func (c Choice) once() FaultSpec {
	return FaultSpec{Fault: c.Fault, Target: c.Target, To: c.To, For: c.For, Params: c.Params}
}

func (x expansion) spanAt(at places, c Choice, from time.Duration) span {
	rule, _ := find(x.faults, c.Fault)
	e := c.once()
	e.At = from
	s := at.spanOf(rule, e, "")
	if c.Alone {
		return alone(s.from, s.to)
	}
	return s
}

// alone is the span of a fault that collides with everything.
func alone(from, to time.Duration) span {
	s := span{from: from, to: to}
	for _, r := range everything {
		s.parts = append(s.parts, part{r, true, place{all: true}, from, to})
	}
	return s
}
