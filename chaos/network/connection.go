package network

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
)

// connection is a dialler and a server, and what forwards between them.
type connection struct {
	dialler, server *net.TCPConn
	there, back     *stream
	cancel          context.CancelFunc
	quiet           chan struct{} // closed when nothing is forwarded any more

	mu        sync.Mutex
	over      bool          // forwarding had ended before it was made half-open
	swallowed *atomic.Int64 // what the dialler sends goes here instead; nil while it goes to the server
	released  chan struct{} // closed when a half-open connection may end
}

// join forwards one connection: what the dialler sends goes over up, what the server sends over down. It returns when
// both directions have ended, and leaves the closing of both sockets to its caller.
func join(ctx context.Context, dialler, server *net.TCPConn, up, down *Link) {
	c := &connection{
		dialler: dialler, server: server,
		there: newStream(up, dialler, server), back: newStream(down, server, dialler),
		quiet: make(chan struct{}), released: make(chan struct{}),
	}
	c.there.opposite, c.back.opposite = c.back, c.there
	forwarding, cancel := context.WithCancel(ctx)
	defer cancel()
	c.cancel = cancel
	c.there.number, c.back.number = up.noteOpened(c), down.noteOpened(c)
	thereEnd, backEnd := c.forward(forwarding)
	up.noteEnded(c)
	down.noteEnded(c)
	halfOpen := c.ended()
	close(c.quiet)
	if halfOpen {
		c.swallow(ctx)
		return
	}
	// An end that was half-closed first and then vanished, as a process that exits does, has sent a clean end before.
	// Its reset comes after all that it had sent.
	if thereEnd == sinkGone {
		_ = down.tell(forwarding, func() { reset(dialler) })
	}
	if backEnd == sinkGone {
		_ = up.tell(forwarding, func() { reset(server) })
	}
}

// forward returns when both directions have ended.
func (c *connection) forward(ctx context.Context) (thereEnd, backEnd ending) {
	pump := func(s *stream) ending {
		how := s.pump(ctx)
		if how == sourceReset {
			c.cancel() // no reader is left for what the other direction may still hold
		}
		return how
	}
	var running sync.WaitGroup
	running.Go(func() { thereEnd = pump(c.there) })
	backEnd = pump(c.back)
	running.Wait()
	return thereEnd, backEnd
}

// ended is called when nothing is forwarded any more, and tells whether the connection is half-open now.
func (c *connection) ended() (halfOpen bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = c.swallowed == nil
	return !c.over
}
