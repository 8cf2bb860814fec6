package network_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/chaos/network"
)

// Whatever is sent arrives, whole and in order, over any sequence of cuts, heals and shapes, in which one direction may
// end before the other; and between a cut and its heal nothing does.
func TestNothingIsLost(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			wires(t, func(t *testing.T, w wire) {
				var stop [2]atomic.Bool
				var streams sync.WaitGroup
				check := func(name string, from, to *net.TCPConn, random *rand.Rand, stop *atomic.Bool) {
					var sent, got sum
					streams.Go(func() { sent = sendRandom(from, random, stop) })
					streams.Go(func() { got = receiveAll(to) })
					t.Cleanup(func() {
						if sent.err != nil || got.err != nil || sent.sha != got.sha || sent.n == 0 {
							t.Errorf("%s: sent %d bytes (%v), got %d (%v), sums equal: %v",
								name, sent.n, sent.err, got.n, got.err, sent.sha == got.sha)
						}
					})
				}
				check("a to b", w.a, w.b, rand.New(rand.NewPCG(seed, 1)), &stop[0])
				check("b to a", w.b, w.a, rand.New(rand.NewPCG(seed, 2)), &stop[1])
				random := rand.New(rand.NewPCG(seed, 3))
				links := []*network.Link{w.ab, w.ba}
				disturb(t, random, links, &stop)
				stop[random.IntN(2)].Store(true) // a half-close, and on with the other direction
				disturb(t, random, links, &stop)
				stop[0].Store(true)
				stop[1].Store(true)
				streams.Wait()
			})
		})
	}
}

// disturb cuts, heals and shapes at random, and leaves all links open and at rest. Between two changes it waits until
// there is traffic again, unless that was stopped.
func disturb(t *testing.T, random *rand.Rand, links []*network.Link, stopped *[2]atomic.Bool) {
	t.Helper()
	cuts, frozen := make([]int, len(links)), make([]int64, len(links))
	var undo []func()
	heal := func(i int) {
		if now := links[i].Forwarded(); now != frozen[i] {
			t.Errorf("%s passed %d bytes while it was cut", links[i], now-frozen[i])
		}
		cuts[i]--
		links[i].Heal()
	}
	for range 100 {
		i := random.IntN(len(links))
		l, before := links[i], links[i].Forwarded()
		await(t, "there is traffic", func() bool {
			return stopped[i].Load() || l.Forwarded() > before || l.Held() && l.Waiting() > 0
		})
		switch {
		case cuts[i] > 0 && random.IntN(2) == 0:
			heal(i)
		case random.IntN(3) == 0:
			reshape(t, random, l, &undo)
		case cuts[i] < 3:
			cuts[i]++
			l.Cut()
			if cuts[i] == 1 {
				frozen[i] = l.Forwarded()
			}
		}
		for range random.IntN(50) {
			runtime.Gosched()
		}
	}
	for i := range links {
		for cuts[i] > 0 {
			heal(i)
		}
	}
	for _, u := range undo {
		u()
	}
}

// reshape adds a shape or undoes one.
func reshape(t *testing.T, random *rand.Rand, l *network.Link, undo *[]func()) {
	t.Helper()
	if n := len(*undo); n > 4 || n > 0 && random.IntN(2) == 0 {
		i := random.IntN(n)
		(*undo)[i]()
		*undo = slices.Delete(*undo, i, i+1)
		return
	}
	s := network.Shape{Seed: random.Uint64()}
	if random.IntN(2) == 0 {
		s.Latency = time.Duration(random.IntN(int(10 * time.Millisecond)))
		s.Jitter = time.Duration(random.IntN(int(5 * time.Millisecond)))
	}
	if random.IntN(2) == 0 {
		s.Rate = 1<<10 + random.Int64N(1<<random.IntN(30))
	}
	if random.IntN(4) == 0 {
		s.Start, s.Doubling = 1<<10, 10*time.Millisecond
	}
	*undo = append(*undo, shape(t, l, s))
}

type sum struct {
	n   int64
	sha [sha256.Size]byte
	err error
}

// sendRandom sends random bytes in random pieces until it is stopped, and then ends the stream.
func sendRandom(c *net.TCPConn, random *rand.Rand, stop *atomic.Bool) (s sum) {
	h := sha256.New()
	buf := make([]byte, 200<<10)
	for !stop.Load() {
		piece := buf[:1+random.IntN(1<<random.IntN(18))]
		for i := 0; i+8 <= len(piece); i += 8 {
			binary.LittleEndian.PutUint64(piece[i:], random.Uint64())
		}
		h.Write(piece)
		n, err := c.Write(piece)
		s.n += int64(n)
		if err != nil {
			s.err = err
			return s
		}
	}
	s.err = c.CloseWrite()
	h.Sum(s.sha[:0])
	return s
}

func receiveAll(c *net.TCPConn) (s sum) {
	h := sha256.New()
	c.SetReadDeadline(time.Now().Add(patience))
	s.n, s.err = io.Copy(h, c)
	h.Sum(s.sha[:0])
	return s
}
