package network

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/netip"
	"os"
	"slices"
	"time"

	"aftershock/internal/nearest"
)

// serve makes one connection. The answer to CONNECT is held while the link back is cut, and delayed, like the SYN-ACK
// or the reset that it stands for: given at once, it would tell a member across a cut whether the other one is up.
func (n *PeerNetwork) serve(ctx context.Context, dialler *net.TCPConn) {
	req, err := n.negotiate(dialler)
	var up, down *Link
	if err == nil {
		up, down, err = n.route(req)
	}
	if err != nil {
		n.turnAway(ctx, dialler, req, err)
		return
	}
	server, err := n.acceptor.dial(ctx, up, func() netip.AddrPort { return n.address(up.to) })
	code := replySucceeded
	if err != nil {
		code = replyConnectionRefused
	} else {
		defer n.acceptor.release(server)
	}
	var unanswered error
	held := down.tell(ctx, func() { _, unanswered = dialler.Write(reply(code)) })
	if errors.Join(err, held, unanswered) != nil {
		return
	}
	join(ctx, dialler, server, up, down)
}

func (n *PeerNetwork) negotiate(dialler *net.TCPConn) (request, error) {
	if err := dialler.SetDeadline(time.Now().Add(n.handshake)); err != nil {
		return request{}, err
	}
	req, err := negotiate(dialler, n.admit)
	if err != nil {
		return req, err
	}
	return req, dialler.SetDeadline(time.Time{})
}

func (n *PeerNetwork) admit(user string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.known(user)
}

// route finds the links from the dialler to the target and back.
func (n *PeerNetwork) route(req request) (up, down *Link, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	target, isPeer := n.named(req.host)
	if !isPeer {
		return nil, nil, refuse(reply(replyHostUnreachable), "%v", nearest.Unknown("host", req.host, n.hosts()))
	}
	if req.port != PeerPort {
		return nil, nil, refuse(reply(replyNotAllowed), "port %d of %s (allowed: %d)", req.port, req.host, PeerPort)
	}
	if up, err = n.link(req.user, target); err != nil {
		return nil, nil, refuse(reply(replyNotAllowed), "%v", err)
	}
	down, err = n.link(target, req.user)
	return up, down, err
}

// named finds the member that a host is, by its name or by its address.
func (n *PeerNetwork) named(host string) (member string, ok bool) {
	address, err := netip.ParseAddr(host)
	for member := range n.members {
		if host == PeerHost(member) || err == nil && address == PeerAddress(member) {
			return member, true
		}
	}
	return "", false
}

func (n *PeerNetwork) hosts() []string {
	var hosts []string
	for _, member := range slices.Sorted(maps.Keys(n.members)) {
		hosts = append(hosts, PeerHost(member))
	}
	return hosts
}

func (n *PeerNetwork) address(member string) netip.AddrPort {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.members[member]
}

// turnAway answers and records a dialler that was refused. One that went away by itself is neither.
func (n *PeerNetwork) turnAway(ctx context.Context, dialler *net.TCPConn, req request, err error) {
	var no *refused
	switch {
	case errors.As(err, &no):
		n.refusals.add(req, no.reason)
	case errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil:
		n.refusals.add(req, fmt.Sprintf("handshake not finished within %v", n.handshake))
		return
	default:
		return
	}
	if _, err := dialler.Write(no.answer); err != nil {
		return
	}
	// Closing with bytes unread would send a reset that may overtake the answer: read on until the dialler hangs up,
	// but not for ever.
	_ = dialler.SetReadDeadline(time.Now().Add(n.handshake))
	_ = dialler.CloseWrite()
	_, _ = io.CopyN(io.Discard, dialler, chunk)
}
