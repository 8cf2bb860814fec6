package network_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/chaos/network"
)

// Whatever is sent arrives, whole and in order, over any sequence of cuts and heals; and between a cut and its heal
// nothing does.
func TestCutAndHealLoseNothing(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			wires(t, func(t *testing.T, w wire) {
				var stop atomic.Bool
				var streams sync.WaitGroup
				check := func(name string, from, to *net.TCPConn, random *rand.Rand) {
					var sent, got sum
					streams.Go(func() { sent = sendRandom(from, random, &stop) })
					streams.Go(func() { got = receiveAll(to) })
					t.Cleanup(func() {
						if sent.err != nil || got.err != nil || sent.sha != got.sha || sent.n == 0 {
							t.Errorf("%s: sent %d bytes (%v), got %d (%v), sums equal: %v",
								name, sent.n, sent.err, got.n, got.err, sent.sha == got.sha)
						}
					})
				}
				check("a to b", w.a, w.b, rand.New(rand.NewPCG(seed, 1)))
				check("b to a", w.b, w.a, rand.New(rand.NewPCG(seed, 2)))
				disturb(t, rand.New(rand.NewPCG(seed, 3)), w.ab, w.ba)
				stop.Store(true)
				streams.Wait()
			})
		})
	}
}

// disturb cuts and heals at random and leaves all links open.
func disturb(t *testing.T, random *rand.Rand, links ...*network.Link) {
	t.Helper()
	cuts, frozen := make([]int, len(links)), make([]int64, len(links))
	heal := func(i int) {
		if now := links[i].Forwarded(); now != frozen[i] {
			t.Errorf("%s passed %d bytes while it was cut", links[i], now-frozen[i])
		}
		cuts[i]--
		links[i].Heal()
	}
	for range 100 {
		i := random.IntN(len(links))
		switch l := links[i]; {
		case cuts[i] > 0 && random.IntN(2) == 0:
			heal(i)
		case cuts[i] > 0 && random.IntN(2) == 1:
			await(t, "bytes are held", func() bool { return l.Waiting() > 0 })
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
