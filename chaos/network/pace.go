package network

import (
	"context"
	"time"
)

// late is how much time that was lost to late timers, and to writes, a stream makes up for. A stream that was held up
// longer, behind a cut for example, starts again at its rate: what waited there must not come in a burst that the link
// could not carry.
const late = 10 * time.Millisecond

// hold waits until a piece of a connection is due. When the shapes change meanwhile, it is weighed anew.
func (l *Link) hold(ctx context.Context, connection uint64, p *piece) (due time.Time, err error) {
	for changed := true; changed && err == nil; {
		g := l.shaping.Load()
		p.plan(g, connection)
		due = p.read.Add(g.delay(connection, p.number))
		changed, err = waitUntil(ctx, due, g.changes())
	}
	if p.delay > 0 {
		l.noteDelayed(min(p.delay, time.Since(p.read)))
	}
	return due, err
}

// pace waits until the link's rate and the connection's slow start have room for a part of n bytes, and gives its size.
// from is since when the stream could have sent them; the end of the wait is where the next part begins.
func (l *Link) pace(ctx context.Context, s *stream, from time.Time, n int) (part int, next time.Time, err error) {
	before := s.free
	begun := time.Now()
	for changed := true; changed && err == nil; {
		g := l.shaping.Load()
		s.free = before
		part, next = l.reserve(g, s, latest(from, time.Now().Add(-late)), n)
		changed, err = waitUntil(ctx, next, g.changes())
	}
	if waited := time.Since(begun); next.After(begun) {
		l.noteThrottled(waited)
	}
	return part, next, err
}

// reserve reserves a part of n bytes, and returns the time at which its last byte has passed.
func (l *Link) reserve(g *shaping, s *stream, from time.Time, n int) (part int, passed time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	part, passed = g.slice(from.Sub(s.opened), n), from
	if rate := g.rate(); rate > 0 {
		l.free = latest(l.free, from).Add(transferTime(part, rate))
		passed = l.free
	}
	own := latest(s.free, from)
	if took := g.slowStart(own.Sub(s.opened), part); took > 0 {
		s.free = own.Add(took)
		passed = latest(passed, s.free)
	}
	return part, passed
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
