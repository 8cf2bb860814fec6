package network

import "fmt"

// Reset resets every open connection between two members, whichever dialled, and counts those that both ends still
// used. Both see a reset (RST), when Reset returns. New connections work at once. A connection of which one end is over
// already, as those of a member that was killed are until the other end writes, is reset as well and does not count: it
// hurts no one.
//
// It tears through cuts and shapes, as the reset of a router or a firewall in between does that lost its state: it is
// told to both sides from the middle, and needs no way from one to the other. What was on its way is lost. A dial that
// is still held at a cut link is no open connection, and goes on waiting.
func (n *PeerNetwork) Reset(a, b string) (connections int, err error) {
	l, err := n.Link(a, b)
	if err != nil {
		return 0, fmt.Errorf("reset: %w", err)
	}
	return l.resetConnections(), nil
}

// Reset resets every open connection of the link to client and member, and counts them, as PeerNetwork.Reset does.
func (c *ClientLink) Reset() (connections int) { return c.Up.resetConnections() }

// resetConnections goes by one direction of two, which has the connections of both.
func (l *Link) resetConnections() (used int) {
	open := l.connections()
	for _, c := range open {
		if c.used() {
			used++
		}
		// Both first: the goroutine that forwards a cancelled connection closes it, and without this that is a clean
		// end.
		_ = c.dialler.SetLinger(0)
		_ = c.server.SetLinger(0)
		c.cancel()
		reset(c.dialler)
		reset(c.server)
	}
	for _, c := range open {
		<-c.quiet
	}
	return used
}

// used tells whether neither end has said that it has finished.
func (c *connection) used() bool { return !c.there.halfClosed.Load() && !c.back.halfClosed.Load() }
