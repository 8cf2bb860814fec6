package network

import (
	"sync"
	"sync/atomic"
	"time"
)

// Link is one direction between two parties, over all their connections. It is safe for concurrent use.
type Link struct {
	from, to string

	mu      sync.Mutex
	settled sync.Cond            // broadcast when nothing is passing, and when the link opens
	cuts    int                  // cuts that were not healed yet
	opened  chan struct{}        // closed by the heal that opens the link; made by the cut that shuts it
	passing int                  // acts upon destinations that are in progress
	writes  map[*stream]struct{} // those of them that block when the receiver does not read

	shaping atomic.Pointer[shaping] // nil at rest; changed with the lock held
	free    time.Time               // when all bytes that were given to the link have passed at its rate

	open   map[*connection]struct{}
	counts counts
}

func newLink(from, to string) *Link {
	l := &Link{from: from, to: to, writes: map[*stream]struct{}{}, open: map[*connection]struct{}{}}
	l.settled.L = &l.mu
	return l
}

// String names the link, such as "n1 -> n2".
func (l *Link) String() string { return l.from + " -> " + l.to }

// Cut stalls the link until it was healed as often as it was cut.
//
// When Cut returns, no write, half-close or reset towards the destination is in progress, and none begins before the
// link is open again. What the kernel had taken before that counts as arrived: it is in the receiver's buffers or on
// its way there. Cut does not wait for a receiver that does not read. It would if it only waited for writes to end, and
// a member paused by SIGSTOP could never be cut off; so it interrupts them by their deadline, and the bytes that a
// write had not handed over are held like all others. A concurrent Heal that opens the link ends the wait as well.
func (l *Link) Cut() {
	l.shut()
	l.settle()
}

// Heal undoes one Cut. When it was the last one, all that was held is released, in order. On a link that is not cut it
// does nothing.
func (l *Link) Heal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.cuts {
	case 0:
		return
	case 1:
		close(l.opened)
		l.settled.Broadcast()
	}
	l.cuts--
}

// Held tells whether the link is cut.
func (l *Link) Held() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cuts > 0
}

// shut is the half of Cut that stops writes from beginning, settle the one that waits for those that had begun. A
// partition shuts all its links before it settles the first, so that they go down at one moment.
func (l *Link) shut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cuts++
	if l.cuts > 1 {
		return
	}
	l.opened = make(chan struct{})
	for s := range l.writes {
		s.interrupt()
	}
}

func (l *Link) settle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.cuts > 0 && l.passing > 0 {
		l.settled.Wait()
	}
}
