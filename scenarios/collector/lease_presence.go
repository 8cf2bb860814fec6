package collector

import "aftershock/internal/clock"

// presence is what is known of a key that is to be there: whether it was, when somebody last had an answer.
//
// An answer holds until the next one. So a stretch for which nobody can be asked is counted as what it began with, and
// each change is seen late by one look at most, on either side of a gap.
type presence struct {
	count Count
	seen  bool // there was an answer that had it
	there bool
	at    clock.Nanos // when the newest answer came
}

// saw takes note of an answer. What lies before the first one that has the key is not counted.
func (p *presence) saw(there bool, at clock.Nanos) {
	switch {
	case p.seen && !p.there:
		p.count(Unregistered, uint64(at.Sub(p.at)))
	case p.there && !there:
		p.count(RegistrationsLost, 1)
	}
	p.seen, p.there, p.at = p.seen || there, there, at
}

// end is the last moment. What is not there then may be gone for good.
func (p *presence) end(at clock.Nanos) {
	if p.seen && !p.there {
		p.saw(false, at)
		p.count(UnregisteredAtEnd, 1)
	}
}
