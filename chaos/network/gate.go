package network

import (
	"context"
	"errors"
	"os"
	"time"
)

var past = time.Unix(1, 0)

// write hands bytes to the stream's destination as soon as the link is open, and returns how many it took.
func (l *Link) write(ctx context.Context, s *stream, b []byte) (taken int, err error) {
	for taken < len(b) {
		if err := l.enter(ctx, s); err != nil {
			return taken, err
		}
		n, err := s.dst.Write(b[taken:])
		l.leave(s, n)
		taken += n
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) { // a deadline is only ever set by interrupt
			return taken, err
		}
	}
	return taken, nil
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

// tell is pass for what has no stream, such as a dial: it is delayed like a byte, and told at once at rest.
func (l *Link) tell(ctx context.Context, act func()) error {
	if l.shaping.Load() != nil {
		p := &piece{read: time.Now(), number: l.noteTold()}
		if _, err := l.hold(ctx, 0, p); err != nil { // connections count from 1
			return err
		}
	}
	return l.pass(ctx, act)
}

// enter waits until the link is open and counts one act upon a destination; s is given when the act is a write.
func (l *Link) enter(ctx context.Context, s *stream) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.cuts > 0 {
		if err := l.waitOpened(ctx); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
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

// leave ends the act that enter counted.
func (l *Link) leave(s *stream, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.forwarded += int64(n)
	l.counts.waiting -= int64(n)
	delete(l.writes, s)
	l.passing--
	if l.passing == 0 && l.cuts > 0 {
		l.settled.Broadcast()
	}
}
