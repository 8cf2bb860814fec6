package network

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// stream is one direction of one connection.
type stream struct {
	link        *Link
	src, dst    *net.TCPConn
	source      *source
	queue       *queue
	interrupted bool // the write deadline of dst has passed because the link was cut; guarded by link.mu

	number uint64    // of the connection on the link
	opened time.Time // when the connection was
	free   time.Time // when all that its slow start let through has passed

	opposite   *stream
	halfClosed atomic.Bool // the end of the source was passed on, or is just about to be
}

func newStream(l *Link, src, dst *net.TCPConn) *stream {
	s := &stream{link: l, src: src, dst: dst, source: newSource(src), opened: time.Now()}
	s.queue = newQueue(s)
	return s
}

// ending says how a stream came to its end.
type ending int

const (
	aborted     ending = iota // the connection was closed by us
	finished                  // the source sent its last byte, and that was passed on as a half-close
	sourceReset               // the source reset the connection, and that was passed on as a reset
	sinkGone                  // the destination takes nothing any more
)

// pump forwards from source to destination until one of them ends, and nothing of it runs when it returns.
func (s *stream) pump(ctx context.Context) ending {
	defer s.queue.delivering.Wait()
	for {
		buf, n, err := s.source.read()
		if err != nil {
			return s.end(ctx, err)
		}
		if err := s.forward(ctx, buf, n); err != nil {
			return failed(ctx, err)
		}
	}
}

// failed is the ending of a stream that could not forward.
func failed(ctx context.Context, err error) ending {
	if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
		return aborted
	}
	return sinkGone
}

// direct tells whether the stream needs no queue: its link is at rest, and nothing is on its way.
func (s *stream) direct() bool { return s.link.shaping.Load() == nil && s.queue.idle() }

// forward takes over a buffer, and hands its first n bytes to the destination or to the queue.
func (s *stream) forward(ctx context.Context, buf *[chunk]byte, n int) error {
	if !s.direct() {
		p := newPiece(buf, n)
		return s.queue.put(ctx, &p)
	}
	defer chunks.Put(buf)
	s.link.noteTaken(n)
	taken, err := s.link.write(ctx, s, buf[:n])
	if err != nil {
		s.link.noteTaken(taken - n)
	}
	return err
}

// deliver passes on a piece of the queue when it is due. What is left of its bytes after an error stays in it.
func (s *stream) deliver(ctx context.Context, p *piece) error {
	from, err := s.link.hold(ctx, s.number, p)
	if err != nil {
		return err
	}
	if p.act != nil {
		return s.link.pass(ctx, p.act)
	}
	for len(p.bytes) > 0 {
		part, next, err := s.link.pace(ctx, s, from, len(p.bytes))
		if err != nil {
			return err
		}
		taken, err := s.link.write(ctx, s, p.bytes[:part])
		p.bytes, from = p.bytes[taken:], next
		if err != nil {
			return err
		}
	}
	return nil
}

// end passes the end of the source on, behind all that it has sent.
func (s *stream) end(ctx context.Context, err error) ending {
	if failure := s.queue.err(); failure != nil {
		return failed(ctx, failure)
	}
	if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
		return aborted
	}
	how := sourceReset
	act := func() {
		if errors.Is(err, io.EOF) && !s.wasReset() {
			how = finished
			s.halfClosed.Store(true)
			_ = s.dst.CloseWrite() // fails when the destination has reset the connection: the opposite stream sees that
		} else {
			reset(s.dst)
		}
	}
	if err := s.tell(ctx, act); err != nil {
		return failed(ctx, err)
	}
	return how
}

// tell passes the end on, and returns when that is done.
func (s *stream) tell(ctx context.Context, act func()) error {
	if s.direct() {
		return s.link.pass(ctx, act)
	}
	if err := s.queue.put(ctx, &piece{act: act}); err != nil {
		return err
	}
	s.queue.delivering.Wait()
	return s.queue.err()
}

// interrupt ends a write to the destination that is in progress. It is called with the link's lock held, so that the
// write after it begins with a deadline that is undone.
func (s *stream) interrupt() {
	s.interrupted = true
	_ = s.dst.SetWriteDeadline(past) // fails on a closed connection, and then the write has ended anyway
}
