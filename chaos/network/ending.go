package network

import (
	"net"

	"golang.org/x/sys/unix"
)

// wasReset tells whether the source, having sent EOF to all appearances, has reset the connection. A socket reports its
// reset once, to the first call: if that was a write of the opposite stream, reading gives a clean end. The state of
// the connection tells the two apart, as long as we have not ended it ourselves, for then the last acknowledgement
// closes it too. The state is read first, so that it is from before any half-close not seen here.
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
