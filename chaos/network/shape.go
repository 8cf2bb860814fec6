package network

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Shape says how a link delays and throttles. The zero value is a link at rest.
type Shape struct {
	// Latency is how much later each byte arrives, and the end of the stream, a reset, a dial and its answer too.
	Latency time.Duration
	// Jitter is how much later still they may arrive: each piece that is read from a sender draws its own, uniformly
	// from 0 up to this. The order is kept, as TCP keeps it, so that a piece with a high draw holds up those behind it.
	Jitter time.Duration
	// Rate is the bytes per second of the whole link, which its connections share. 0 is unlimited.
	Rate int64
	// Start is the bytes per second that a connection begins with (slow start), and Doubling is after how long it may
	// send twice as much, again and again: until Rate, or without end when Rate is 0. Both or neither are given. The
	// time is the age of the connection; one that was open before the shape is as far as its age says.
	Start    int64
	Doubling time.Duration
	// Seed decides the jitter. Pieces are numbered in each connection, and connections in the order in which they were
	// opened: the same seed gives the same piece of the same connection the same jitter. How a sender's bytes come in
	// pieces is not ours to decide.
	Seed uint64
}

// The limits of a shape. They leave room for sums and products of several shapes.
const (
	longestDelay  = time.Hour
	highestRate   = 1 << 40
	quickDoubling = time.Millisecond
)

// check names the first field that is out of its range.
func (s Shape) check() error {
	for _, d := range []struct {
		field string
		value time.Duration
	}{{"Latency", s.Latency}, {"Jitter", s.Jitter}} {
		if d.value < 0 || d.value > longestDelay {
			return fmt.Errorf("%s %v (allowed: 0s to %v)", d.field, d.value, longestDelay)
		}
	}
	if s.Rate < 0 || s.Rate > highestRate {
		return fmt.Errorf("Rate %d (allowed: 1 to %d bytes per second, or 0 for no limit)", s.Rate, int64(highestRate))
	}
	if s.Start == 0 && s.Doubling == 0 {
		return nil
	}
	if fastest := s.fastest(); s.Start < 1 || s.Start > fastest {
		return fmt.Errorf("Start %d with Doubling %v (allowed: 1 to %d bytes per second, or both 0)", s.Start, s.Doubling,
			fastest)
	}
	if s.Doubling < quickDoubling || s.Doubling > longestDelay {
		return fmt.Errorf("Doubling %v with Start %d (allowed: %v to %v, or both 0)", s.Doubling, s.Start,
			quickDoubling, longestDelay)
	}
	return nil
}

// fastest is the rate at which the slow start ends.
func (s Shape) fastest() int64 {
	if s.Rate == 0 {
		return highestRate
	}
	return s.Rate
}

// rests tells whether the shape changes nothing.
func (s Shape) rests() bool { return s == Shape{Seed: s.Seed} }

// jitter draws for one piece of one connection. It keeps no state, so that the draw of a piece does not depend on what
// other connections do meanwhile.
func (s Shape) jitter(connection, piece uint64) time.Duration {
	if s.Jitter == 0 {
		return 0
	}
	of := rand.NewPCG(s.Seed, connection).Uint64()
	return time.Duration(rand.New(rand.NewPCG(of, piece)).Int64N(int64(s.Jitter) + 1))
}

// Shape applies a shape until undo is called, which may be done more than once. An error names the field and its allowed
// range, and then nothing is applied.
//
// Several shapes of one link add up: their latencies and jitters add, the lowest rate counts, and so does the slowest
// start. Connections that are open are shaped from their next byte on. Each change weighs what is on its way anew: when
// the latency falls, it arrives earlier, and when the last shape is undone, at once.
//
// Under a shape each stream has a queue. It holds at most 1 MiB of pieces (of which small ones count 64 bytes more);
// when it is full the sender is held up, as by TCP. This bounds what one connection can carry to 1 MiB per latency, for
// example 10 MiB/s over 100 ms, as the window of a TCP connection does; several connections carry more.
//
// What is due is written within about 0.1 ms on a machine with an idle core, and never early.
func (l *Link) Shape(s Shape) (undo func(), err error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("shape of %s: %w", l, err)
	}
	if s.rests() {
		return func() {}, nil
	}
	mine := &s
	l.reshape(func(all []*Shape) []*Shape { return append(all, mine) })
	return sync.OnceFunc(func() {
		l.reshape(func(all []*Shape) []*Shape {
			return slices.DeleteFunc(all, func(other *Shape) bool { return other == mine })
		})
	}), nil
}

func (l *Link) reshape(change func(all []*Shape) []*Shape) {
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.shaping.Load()
	var next *shaping
	if all := change(slices.Clone(old.all())); len(all) > 0 {
		next = &shaping{shapes: all, changed: make(chan struct{})}
	}
	l.shaping.Store(next)
	l.free = time.Now() // what waits for its turn at the old rate asks again
	if old != nil {
		close(old.changed)
	}
}
