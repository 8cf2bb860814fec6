package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// acceptor listens on a loopback port of its own and serves each connection in a goroutine; close waits for all.
type acceptor struct {
	listener *net.TCPListener
	ctx      context.Context // done when the acceptor is closed
	cancel   context.CancelFunc
	running  sync.WaitGroup

	mu   sync.Mutex
	open map[*net.TCPConn]struct{} // accepted and dialled ones
}

func newAcceptor() (*acceptor, error) {
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("listen on loopback: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &acceptor{listener: l, ctx: ctx, cancel: cancel, open: map[*net.TCPConn]struct{}{}}, nil
}

func (a *acceptor) address() string { return a.listener.Addr().String() }

// start begins to accept. The connection is closed when serve returns.
func (a *acceptor) start(serve func(ctx context.Context, c *net.TCPConn)) {
	a.running.Go(func() {
		for {
			c, err := a.listener.AcceptTCP()
			switch {
			case err == nil:
				a.running.Go(func() {
					if a.keep(c) {
						defer a.release(c)
						serve(a.ctx, c)
					}
				})
			case errors.Is(err, net.ErrClosed):
				return
			default:
				a.breathe()
			}
		}
	})
}

// breathe waits a little after a failed accept. An accept fails, for example, while the process has no descriptor
// left; a network that gave up then would stay a partition that no fault injected.
func (a *acceptor) breathe() {
	t := time.NewTimer(10 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-a.ctx.Done():
	}
}

// dial opens the server's half of a connection, and the caller releases it. A SYN travels over the link like any byte:
// it is delayed, and while the link is cut, the server does not learn of the dial. The address is asked for after that
// wait, because a member may have been restarted elsewhere meanwhile.
func (a *acceptor) dial(ctx context.Context, up *Link, address func() netip.AddrPort) (*net.TCPConn, error) {
	if err := up.tell(ctx, func() {}); err != nil {
		return nil, err
	}
	to := address()
	if !to.IsValid() {
		return nil, errors.New("the member does not listen yet")
	}
	c, err := dialApart(ctx, to)
	if err != nil {
		return nil, err
	}
	server := c.(*net.TCPConn)
	if !a.keep(server) {
		return nil, net.ErrClosed
	}
	return server, nil
}

// dialApart dials in a goroutine of its own. Dialling takes a deep stack, and the goroutine that forwards would keep it
// for as long as the connection lives: 4 KiB more for each.
func dialApart(ctx context.Context, to netip.AddrPort) (c net.Conn, err error) {
	var dialling sync.WaitGroup
	dialling.Go(func() { c, err = new(net.Dialer).DialContext(ctx, "tcp", to.String()) })
	dialling.Wait()
	return c, err
}

// keep remembers a connection for close. It returns false, and resets the connection, when close has begun.
func (a *acceptor) keep(c *net.TCPConn) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ctx.Err() != nil {
		reset(c)
		return false
	}
	a.open[c] = struct{}{}
	return true
}

func (a *acceptor) release(c *net.TCPConn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.open, c)
	_ = c.Close() // fails when a reset has closed it before
}

// close resets what is open rather than ending it: after bytes that were held and are now lost, a clean end would tell
// the receiver that it has everything.
func (a *acceptor) close() {
	a.mu.Lock()
	a.cancel()
	_ = a.listener.Close() // fails when called again
	for c := range a.open {
		reset(c)
	}
	a.mu.Unlock()
	a.running.Wait()
}
