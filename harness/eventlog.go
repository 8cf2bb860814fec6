package harness

import (
	"cmp"
	"slices"
	"strconv"
	"sync"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/results"
)

// eventLog collects what happens in a trial, from all observers, in absolute time.
type eventLog struct {
	mu     sync.Mutex
	events []results.Event
}

func (l *eventLog) add(e results.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
}

// first is when something first happened at or after a moment.
func (l *eventLog) first(source, what string, after clock.Nanos) (at clock.Nanos, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events {
		if e.Source == source && e.What == what && e.At >= after && (!ok || e.At < at) {
			at, ok = e.At, true
		}
	}
	return at, ok
}

// has tells whether an event of that kind has happened.
func (l *eventLog) has(source, what string) bool {
	_, ok := l.first(source, what, 0)
	return ok
}

// from returns all events in the order of time, counted from the epoch.
func (l *eventLog) from(epoch clock.Nanos) []results.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	events := slices.Clone(l.events)
	for i := range events {
		events[i].At -= epoch
	}
	slices.SortStableFunc(events, func(a, b results.Event) int { return cmp.Compare(a.At, b.At) })
	return events
}

// observed turns an observation of a member into an event.
func observed(o chaos.Observation) results.Event {
	e := results.Event{At: o.At, Source: o.Member, What: string(o.Kind)}
	if o.Leader != "" {
		e.Data = map[string]string{"leader": o.Leader, "term": strconv.FormatUint(o.Term, 10)}
	}
	if o.Index != 0 {
		e.Data = map[string]string{"index": strconv.FormatUint(o.Index, 10)}
	}
	return e
}
