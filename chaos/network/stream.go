package network

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

const chunk = 64 << 10

var chunks = sync.Pool{New: func() any { return new([chunk]byte) }}

// stream is one direction of one connection.
type stream struct {
	link        *Link
	src, dst    *net.TCPConn
	interrupted bool // the write deadline of dst has passed because the link was cut; guarded by link.mu

	opposite   *stream
	halfClosed atomic.Bool // the end of the source was passed on, or is just about to be
}

// ending says how a stream came to its end.
type ending int

const (
	aborted     ending = iota // the connection was closed by us
	finished                  // the source sent its last byte, and that was passed on as a half-close
	sourceReset               // the source reset the connection, and that was passed on as a reset
	sinkGone                  // the destination takes nothing any more
)

// pump forwards from source to destination until one of them ends.
func (s *stream) pump(ctx context.Context) ending {
	buf := chunks.Get().(*[chunk]byte)
	defer chunks.Put(buf)
	for {
		n, err := s.src.Read(buf[:])
		if n > 0 {
			switch sent := s.link.send(ctx, s, buf[:n]); {
			case sent == nil:
			case ctx.Err() != nil || errors.Is(sent, net.ErrClosed):
				return aborted
			default:
				return sinkGone
			}
		}
		if err != nil {
			return s.end(ctx, err)
		}
	}
}

// end passes the end of the source on, when the link is open.
func (s *stream) end(ctx context.Context, err error) ending {
	if errors.Is(err, net.ErrClosed) {
		return aborted
	}
	how := sourceReset
	if s.link.pass(ctx, func() {
		if errors.Is(err, io.EOF) && !s.wasReset() {
			how = finished
			s.halfClosed.Store(true)
			_ = s.dst.CloseWrite() // fails when the destination has reset the connection: the opposite stream sees that
		} else {
			reset(s.dst)
		}
	}) != nil {
		return aborted
	}
	return how
}

// wasReset tells whether the source, having sent EOF to all appearances, has reset the connection. A socket reports its
// reset once, to whoever comes first: when that was a write of the opposite stream, reading gives a clean end. The
// state of the connection tells the two apart, as long as we have not ended it ourselves, for then the last
// acknowledgement closes it too. The state is read first, so that it is from before any half-close not seen here.
func (s *stream) wasReset() bool {
	return closedState(s.src) && !s.opposite.halfClosed.Load()
}

func closedState(c *net.TCPConn) bool {
	const tcpClose = 7 // TCP_CLOSE in Linux' include/net/tcp_states.h
	closed := false
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	err = raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.SOL_TCP, unix.TCP_INFO)
		closed = err == nil && info.State == tcpClose
	})
	return err == nil && closed
}

// reset closes a connection so that the other side sees a reset. Errors mean that it was closed before.
func reset(c *net.TCPConn) {
	_ = c.SetLinger(0)
	_ = c.Close()
}

// join forwards one connection: what the dialler sends goes over up, what the server sends over down. It returns when
// both directions have ended, and leaves the closing of both sockets to its caller.
func join(ctx context.Context, dialler, server *net.TCPConn, up, down *Link) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	there := &stream{link: up, src: dialler, dst: server}
	back := &stream{link: down, src: server, dst: dialler, opposite: there}
	there.opposite = back
	pump := func(s *stream) ending {
		how := s.pump(ctx)
		if how == sourceReset {
			cancel() // nobody is left to take what the other direction may still hold at a cut link
		}
		return how
	}
	var thereEnd ending
	var running sync.WaitGroup
	running.Go(func() { thereEnd = pump(there) })
	backEnd := pump(back)
	running.Wait()

	// Who was half-closed first and then gone, as a process that exits is, has said a clean end before. Its reset comes
	// after all that it had sent.
	if thereEnd == sinkGone {
		_ = down.pass(ctx, func() { reset(dialler) })
	}
	if backEnd == sinkGone {
		_ = up.pass(ctx, func() { reset(server) })
	}
}
