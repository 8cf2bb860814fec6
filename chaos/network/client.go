package network

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
)

// ClientLink forwards the connections of one client to one member.
//
// The client dials Addr instead of the member. The kernel completes that dial even while the links are cut, where a
// real network would leave the SYN unanswered; only what the client sends then goes unanswered. Under a latency the
// dial is complete at once too, and its first bytes take twice as long: they follow the SYN, which takes once. When the
// member cannot be dialled, the client sees a reset, in its dial or right after it, instead of a refused dial.
type ClientLink struct {
	Up   *Link // client -> member
	Down *Link // member -> client

	allowed   Allowed
	acceptor  *acceptor
	address   atomic.Pointer[netip.AddrPort]
	swallowed atomic.Int64
}

// ListenClient makes the link between a client and a member that listens on address. The names are for Link.String
// only. The address must be a loopback one.
func ListenClient(client, member, address string) (*ClientLink, error) {
	return ListenClientWithin(nil, client, member, address)
}

// ListenClientWithin is ListenClient for a member on this machine or at an address that is allowed.
func ListenClientWithin(allowed Allowed, client, member, address string) (*ClientLink, error) {
	c := &ClientLink{Up: newLink(client, member), Down: newLink(member, client), allowed: allowed}
	if err := c.SetAddress(address); err != nil {
		return nil, err
	}
	a, err := newAcceptor()
	if err != nil {
		return nil, err
	}
	c.acceptor = a
	a.start(c.serve)
	return c, nil
}

// Addr is where the client connects to, such as 127.0.0.1:40123.
func (c *ClientLink) Addr() string { return c.acceptor.address() }

// SetAddress says where the member listens from now on. Open connections stay where they are.
func (c *ClientLink) SetAddress(address string) error {
	a, err := c.allowed.read(address)
	if err != nil {
		return fmt.Errorf("client link %s: %w", c.Up, err)
	}
	c.address.Store(&a)
	return nil
}

// Cut cuts both directions at one moment, as Link.Cut says, until heal is called, which may be done more than once.
func (c *ClientLink) Cut() (heal func()) { return cut([]*Link{c.Up, c.Down}) }

// Close resets all connections and returns when nothing of the link is left. It may be called again.
func (c *ClientLink) Close() { c.acceptor.close() }

func (c *ClientLink) serve(ctx context.Context, client *net.TCPConn) {
	server, err := c.acceptor.dial(ctx, c.Up, func() netip.AddrPort { return *c.address.Load() })
	if err != nil {
		_ = c.Down.tell(ctx, func() { reset(client) }) // the member's reset, which travels like any byte
		return
	}
	defer c.acceptor.release(server)
	join(ctx, client, server, c.Up, c.Down)
}
