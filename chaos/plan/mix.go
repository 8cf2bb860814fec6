package plan

import (
	"slices"
	"time"
)

// mix chooses faults until the mix's time is over. Each track is a line of faults with calm between them; a fault that
// would collide with one that is under way on another track, or with an event of the scenario's own, is not chosen then.
//
// A track on which nothing fits waits for one calm and tries again: a long fault elsewhere must not end it.
func (x expansion) mix(m Mix, own []Event) []Event {
	var taken busy
	for _, e := range own {
		rule, _ := find(x.faults, e.Fault)
		taken = append(taken, e.span(rule))
	}
	tracks := make([]time.Duration, max(1, m.Overlap)) // from when each is free
	for i := range tracks {
		tracks[i] = m.From + x.jitter(m.Jitter)
	}
	var events []Event
	for {
		earliest := slices.Index(tracks, slices.Min(tracks))
		at := tracks[earliest]
		if at >= m.Until {
			return events
		}
		choice, fits := x.choose(m, at, taken)
		if !fits {
			tracks[earliest] += max(step, m.Calm)
			continue
		}
		e := x.event(FaultSpec{Fault: choice.Fault, Target: choice.Target, To: choice.To, For: choice.For, Params: choice.Params}, at)
		s := x.spanAt(choice, at)
		taken, events = append(taken, s), append(events, e)
		tracks[earliest] = s.to + max(step, m.Calm) + x.jitter(m.Jitter)
	}
}

// choose draws by weight among the faults that fit at this time.
func (x expansion) choose(m Mix, at time.Duration, taken busy) (Choice, bool) {
	var fit []Choice
	all := 0
	for _, c := range m.Choices {
		s := x.spanAt(c, at)
		if s.to <= m.Until && taken.free(s, max(step, m.Calm)) {
			fit = append(fit, c)
			all += c.Weight
		}
	}
	if all < 1 {
		return Choice{}, false
	}
	drawn := x.rng.IntN(all)
	for _, c := range fit {
		if drawn < c.Weight {
			return c, true
		}
		drawn -= c.Weight
	}
	return Choice{}, false
}

func (x expansion) spanAt(c Choice, at time.Duration) span {
	rule, _ := find(x.faults, c.Fault)
	takes := rule.Takes
	if c.Alone {
		takes = everything
	}
	return span{from: at, to: at + rule.Length(c.For) + rule.Settle, takes: takes}
}
