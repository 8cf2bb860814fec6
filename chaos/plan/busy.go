package plan

import (
	"fmt"
	"slices"
	"time"
)

// span is the time for which something takes resources. An event at a single moment takes them for that moment.
type span struct {
	by       string // the event's ID
	from, to time.Duration
	takes    []Resource
}

func (e Event) span(r FaultRule) span { return span{e.ID, e.At, e.At + r.Length(e.For), r.Takes} }

// shares gives a resource that both take while they overlap. Two that touch overlap too: a transfer needs a moment, and
// which of two events at the same time came first would be left to chance.
func (s span) shares(other span, calm time.Duration) (Resource, bool) {
	if s.from > other.to+calm || other.from > s.to+calm {
		return "", false
	}
	return Common(s.takes, other.takes)
}

// busy is what is taken, when, and by which event.
type busy []span

// take refuses a span that collides with one that was taken before.
func (b *busy) take(s span) error {
	defer func() { *b = append(*b, s) }()
	for _, other := range *b {
		if r, collides := s.shares(other, 0); collides {
			return fmt.Errorf("begins at %v, which is not after the end of event %s at %v, and both need the %s to themselves",
				s.from, other.by, other.to, r)
		}
	}
	return nil
}

// free tells whether a span collides with nothing, with at least so much calm on either side.
func (b busy) free(s span, calm time.Duration) bool {
	return !slices.ContainsFunc(b, func(other span) bool {
		_, collides := s.shares(other, calm)
		return collides
	})
}
