package network

import (
	"io"
	"net"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

const chunk = 64 << 10

var chunks = sync.Pool{New: func() any { return new([chunk]byte) }}

// source reads from a connection and holds no buffer while there is nothing to read: TCPConn.Read would need one for as
// long as it blocks, 64 KiB for each direction of each idle connection.
type source struct {
	raw     syscall.RawConn
	attempt func(fd uintptr) bool // the method, made once

	buf *[chunk]byte
	n   int
	err error
}

func newSource(c *net.TCPConn) *source {
	s := &source{}
	s.raw, s.err = c.SyscallConn() // fails for no connection that was made
	s.attempt = s.tryRead
	return s
}

// read blocks until there is something, and gives a buffer of which n bytes are used. The caller puts it back into
// chunks; it is nil on an error.
func (s *source) read() (buf *[chunk]byte, n int, err error) {
	if s.err != nil {
		return nil, 0, s.err
	}
	if err := s.raw.Read(s.attempt); err != nil {
		return nil, 0, err
	}
	buf, s.buf = s.buf, nil
	return buf, s.n, s.err
}

// tryRead is false when there is nothing yet; then it is called again when there may be.
func (s *source) tryRead(fd uintptr) bool {
	buf := chunks.Get().(*[chunk]byte)
	n, err := unix.Read(int(fd), buf[:])
	for err == unix.EINTR {
		n, err = unix.Read(int(fd), buf[:])
	}
	if n > 0 {
		s.buf, s.n = buf, n
		return true
	}
	chunks.Put(buf)
	if err == unix.EAGAIN {
		return false
	}
	if err == nil {
		err = io.EOF
	}
	s.n, s.err = 0, err
	return true
}
