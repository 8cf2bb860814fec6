package network

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// HalfOpen makes every connection that is open now half-open, and counts them: the member's side is reset and gone,
// while the client's side stays open and silent. What the client sends is taken and goes nowhere, and nothing ever
// arrives. That is what a client sees when its member lost power and came back, or when a firewall in between forgot
// the connection. No reset is ever sent, and only a time-out or a keep-alive of the client's own tells.
//
// When HalfOpen returns, nothing is forwarded on these connections any more, and what was on its way is lost, behind a
// cut too. Heal resets the client's sides, as the first answer of the member that came back does; it may be called
// again. Connections made after HalfOpen work normally.
//
// The client's kernel is still answered on TCP's level: what it sends is acknowledged, and so are its keep-alives.
func (c *ClientLink) HalfOpen() (connections int, heal func()) {
	var mute []*connection
	for _, open := range c.Up.connections() {
		if open.forget(&c.swallowed) {
			mute = append(mute, open)
		}
	}
	for _, m := range mute {
		<-m.quiet
	}
	return len(mute), sync.OnceFunc(func() {
		for _, m := range mute {
			reset(m.dialler) // first: a released goroutine closes, and that would be a clean end
			close(m.released)
		}
	})
}

// Swallowed counts the bytes that clients have sent on half-open connections since the link exists.
func (c *ClientLink) Swallowed() int64 { return c.swallowed.Load() }

// forget makes a connection half-open, unless it has ended or is half-open already.
func (c *connection) forget(swallowed *atomic.Int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.swallowed != nil {
		return false
	}
	c.swallowed = swallowed
	c.cancel()
	reset(c.server)
	c.back.link.mu.Lock()
	c.back.interrupt()
	c.back.link.mu.Unlock()
	_ = c.dialler.SetReadDeadline(past) // fails on a closed connection, of which a read ends anyway
	return true
}

// swallow reads what the dialler sends until it resets the connection, or until the connection is released. A clean end
// is no reason to end: it is never answered.
func (c *connection) swallow(ctx context.Context) {
	_ = c.dialler.SetReadDeadline(time.Time{}) // on a closed connection reading will say so
	from := newSource(c.dialler)
	for {
		buf, n, err := from.read()
		if err != nil {
			break
		}
		chunks.Put(buf)
		c.swallowed.Add(int64(n))
	}
	if closedState(c.dialler) {
		return
	}
	select {
	case <-c.released:
	case <-ctx.Done():
	}
}
