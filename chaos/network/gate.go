package network

import (
	"context"
	"errors"
	"os"
	"time"
)

var past = time.Unix(1, 0)

// send hands bytes to the stream's destination, as the link allows.
func (l *Link) send(ctx context.Context, s *stream, b []byte) error {
	l.book(len(b))
	for len(b) > 0 {
		if err := l.enter(ctx, s); err != nil {
			l.book(-len(b))
			return err
		}
		n, err := s.dst.Write(b)
		l.leave(s, n)
		b = b[n:]
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) { // a deadline is only ever set by shut
			l.book(-len(b))
			return err
		}
	}
	return nil
}

// pass does something to the destination that takes no time, such as a half-close, once the link is open.
func (l *Link) pass(ctx context.Context, act func()) error {
	if err := l.enter(ctx, nil); err != nil {
		return err
	}
	defer l.leave(nil, 0)
	act()
	return nil
}

// enter waits until the link is open and books one act upon a destination; s is given when the act is a write.
func (l *Link) enter(ctx context.Context, s *stream) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.cuts > 0 {
		if err := l.waitOpened(ctx); err != nil {
			return err
		}
	}
	l.passing++
	if s == nil {
		return nil
	}
	l.writes[s] = struct{}{}
	if s.interrupted {
		s.interrupted = false
		_ = s.dst.SetWriteDeadline(time.Time{}) // on a closed connection the write will say so
	}
	return nil
}

// waitOpened gives up the lock while it waits, and holds it again when it returns.
func (l *Link) waitOpened(ctx context.Context) error {
	opened := l.opened
	l.mu.Unlock()
	defer l.mu.Lock()
	select {
	case <-opened:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave ends what enter booked.
func (l *Link) leave(s *stream, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forwarded += int64(n)
	l.waiting -= int64(n)
	delete(l.writes, s)
	l.passing--
	if l.passing == 0 && l.cuts > 0 {
		l.settled.Broadcast()
	}
}

func (l *Link) book(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting += int64(n)
}
