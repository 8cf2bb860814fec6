package registry

import (
	"aftershock/internal/clock"
	"aftershock/scenarios/collector/part"
)

// presence is what is known of a key that has to be there: whether it was there at the last successful read.
//
// An answer holds until the next one. So while reads fail, the last answer is assumed to hold, and each change is seen
// late by one read at most, on either side of a gap.
type presence struct {
	count part.Count
	seen  bool // there was an answer that had it
	there bool
	at    clock.Nanos // when the newest answer came
}

// saw records an answer. The time before the first answer with the key does not count.
func (p *presence) saw(there bool, at clock.Nanos) {
	switch {
	case p.seen && !p.there:
		p.count(Unregistered, uint64(at.Sub(p.at)))
	case p.there && !there:
		p.count(Lost, 1)
	}
	p.seen, p.there, p.at = p.seen || there, there, at
}

// end is the last moment. A key that is not there then may never come back.
func (p *presence) end(at clock.Nanos) {
	if p.seen && !p.there {
		p.saw(false, at)
		p.count(UnregisteredAtEnd, 1)
	}
}
