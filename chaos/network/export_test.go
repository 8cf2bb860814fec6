package network

import (
	"errors"
	"io"
	"time"
)

// ListenHandshake is Listen with a time limit for the handshake that a test can wait for.
var ListenHandshake = listen

// Negotiate is the reader of the SOCKS5 handshake, which has no other door for a fuzzer than a socket.
func Negotiate(rw io.ReadWriter, admit func(string) error) (user, host string, port uint16, answer []byte, err error) {
	r, err := negotiate(rw, admit)
	var no *refused
	if errors.As(err, &no) {
		answer = no.answer
	}
	return r.user, r.host, r.port, answer, err
}

// JitterOf draws for one piece of one connection, which the public door shows only with everything else that takes time.
func (s Shape) JitterOf(connection, piece uint64) time.Duration { return s.jitter(connection, piece) }

// StartTime is how long a connection of some age takes for n bytes by its slow start.
func (s Shape) StartTime(age time.Duration, n int) time.Duration { return s.startTime(age, n) }
