package network

import (
	"maps"
	"slices"
	"time"
)

// counts is what a link has done, guarded by the link's lock.
type counts struct {
	forwarded, waiting int64
	opened             int64
	told               uint64 // dials, answers and late resets
	pieces             int64
	delayed, throttled time.Duration
}

// Forwarded counts the bytes that were handed to the destination's sockets since the link exists.
func (l *Link) Forwarded() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts.forwarded
}

// Waiting counts the bytes that were taken from the sender and not yet handed to the destination. On a cut link, more
// than zero says that the cut holds a sender up. At most 64 KiB a connection are counted, and under a shape 1 MiB more,
// which wait in its queue; what a sender has written beyond that waits in socket buffers.
func (l *Link) Waiting() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts.waiting
}

// Delayed counts the pieces that were held up for a latency and its jitter since the link exists, and for how long in
// all. A piece is what was read from a sender at once, up to 64 KiB, or the end of its stream. One that was released
// before its time, because the shape was undone, counts with as much as it had waited.
func (l *Link) Delayed() (pieces int64, total time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts.pieces, l.counts.delayed
}

// Throttled is how long bytes waited for the rate of the link or for the slow start of their connection since the link
// exists, in all its connections together: when two wait for one second, it grows by two.
func (l *Link) Throttled() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts.throttled
}

// Connections counts the connections that are open now, whichever end dialled. One that is half-open
// (ClientLink.HalfOpen) is not: nothing passes over the link on it any more.
func (l *Link) Connections() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}

// Opened counts the connections that were opened since the link exists.
func (l *Link) Opened() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts.opened
}

// noteOpened keeps a connection for Reset and HalfOpen, and numbers it.
func (l *Link) noteOpened(c *connection) (number uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[c] = struct{}{}
	l.counts.opened++
	return uint64(l.counts.opened)
}

func (l *Link) noteEnded(c *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, c)
}

func (l *Link) connections() []*connection {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.open))
}

// noteTold numbers what passes over the link without a stream of its own.
func (l *Link) noteTold() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.told++
	return l.counts.told
}

// noteTaken counts bytes that were taken from a sender, or, negative, that were lost with their connection.
func (l *Link) noteTaken(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.waiting += int64(n)
}

func (l *Link) noteDelayed(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.pieces++
	l.counts.delayed += d
}

func (l *Link) noteThrottled(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.throttled += d
}
