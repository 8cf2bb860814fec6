package clock

import (
	"cmp"
	"slices"
	"time"
)

// Span is a half-open stretch of time, [From, To).
type Span struct {
	From Nanos `json:"from"`
	To   Nanos `json:"to"`
}

// Length is how long the span lasts.
func (s Span) Length() time.Duration { return s.To.Sub(s.From) }

// Holds tells whether a moment lies in the span.
func (s Span) Holds(at Nanos) bool { return s.From <= at && at < s.To }

// Cut gives what is left of the span without the holes, in order and without empty ones.
func (s Span) Cut(holes ...Span) []Span { return Cut([]Span{s}, holes...) }

// Cut gives what is left of spans without the holes, in their order and without empty ones.
func Cut(spans []Span, holes ...Span) []Span {
	for _, h := range holes {
		var left []Span
		for _, s := range spans {
			for _, part := range []Span{{s.From, min(s.To, h.From)}, {max(s.From, h.To), s.To}} {
				if part.From < part.To {
					left = append(left, part)
				}
			}
		}
		spans = left
	}
	return spans
}

// Union gives the spans in order, those that overlap or touch as one.
func Union(spans []Span) []Span {
	var apart []Span
	for _, s := range slices.SortedFunc(slices.Values(spans),
		func(a, b Span) int { return cmp.Compare(a.From, b.From) }) {
		if n := len(apart); n > 0 && s.From <= apart[n-1].To {
			apart[n-1].To = max(apart[n-1].To, s.To)
			continue
		}
		apart = append(apart, s)
	}
	return apart
}
