package network_test

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/chaos/network"
)

// Close ends half-open connections and those that are held by cuts and full queues, though nothing was undone.
func TestCloseEndsFaults(t *testing.T) {
	before := descriptors(t)
	for _, c := range []struct {
		name string
		hurt func(t *testing.T, link *network.ClientLink)
	}{
		{"latency", func(t *testing.T, link *network.ClientLink) { shape(t, link.Up, network.Shape{Latency: never}) }},
		{"rate", func(t *testing.T, link *network.ClientLink) { shape(t, link.Up, network.Shape{Rate: 1}) }},
		{"latency behind a cut", func(t *testing.T, link *network.ClientLink) {
			shape(t, link.Up, network.Shape{Latency: time.Microsecond})
			link.Cut()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			noneLeft(t)
			l := listenRaw(t)
			link := listenClient(t, l.Addr().String())
			mute := dialRaw(t, link.Addr())
			acceptFrom(t, l)
			await(t, "it is open", func() bool { return link.Up.Connections() == 1 })
			link.HalfOpen()
			client, member := dialRaw(t, link.Addr()), acceptFrom(t, l)
			await(t, "it is open", func() bool { return link.Up.Connections() == 1 })
			c.hurt(t, link)
			var sending sync.WaitGroup
			var sent error // a socket tells of its reset once, and that is here
			sending.Go(func() { _, sent = io.Copy(client, endless{}) })
			await(t, "the queue is full", func() bool { return link.Up.Waiting() > 1<<20-64<<10 })
			link.Close()
			sending.Wait()
			if waiting, open := link.Up.Waiting(), link.Up.Connections(); waiting != 0 || open != 0 {
				t.Errorf("Close has returned, %d bytes still wait and %d connections are open", waiting, open)
			}
			if sent == nil {
				t.Error("the client was not told")
			}
			for who, end := range map[string]net.Conn{"the half-open client": mute, "the member": member} {
				if got, err := readEnd(end); err == nil {
					t.Errorf("%s read %q and a clean end", who, got)
				}
			}
		})
	}
	await(t, "no descriptor is left", func() bool { return descriptors(t) <= before })
}

// All faults at once, on connections that come and go: whatever meets whatever, nothing hangs and nothing is left.
func TestFaultsMeet(t *testing.T) {
	noneLeft(t)
	l := listenRaw(t)
	link := must[*network.ClientLink](t)(network.ListenClient("c1", "n1", l.Addr().String()))
	var running sync.WaitGroup
	var stop atomic.Bool
	running.Go(func() { // the member: what comes goes back
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer c.Close()
				io.Copy(c, c)
			})
		}
	})
	for i := range uint64(4) {
		running.Go(func() {
			for random := rand.New(rand.NewPCG(1, i)); !stop.Load(); {
				converseBriefly(link.Addr(), random)
			}
		})
	}
	random := rand.New(rand.NewPCG(2, 0))
	for range 300 {
		var undo func()
		switch random.IntN(4) {
		case 0:
			undo = link.Cut()
		case 1:
			undo = shape(t, link.Up, network.Shape{Latency: time.Millisecond, Jitter: time.Millisecond, Seed: random.Uint64()})
		case 2:
			undo = shape(t, link.Down, network.Shape{Rate: 1 << 20})
		case 3:
			_, undo = link.HalfOpen()
		}
		if random.IntN(2) == 0 {
			link.Reset()
		}
		opened := link.Up.Opened()
		if !link.Up.Held() {
			await(t, "a connection is there",
				func() bool { return link.Up.Opened() > opened || link.Up.Connections() > 0 })
		}
		undo()
	}
	link.Close()
	stop.Store(true)
	l.Close()
	running.Wait()
	for _, l := range []*network.Link{link.Up, link.Down} {
		if l.Waiting() != 0 || l.Connections() != 0 || l.Held() {
			t.Errorf("%s: %d bytes wait, %d connections are open, held %v", l, l.Waiting(), l.Connections(), l.Held())
		}
	}
}

// converseBriefly sends some bytes and takes what comes back, which is little when the connection is reset. It gives
// up on a silent one.
func converseBriefly(addr string, random *rand.Rand) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Millisecond))
	for range random.IntN(20) {
		b := make([]byte, 1+random.IntN(100_000))
		if _, err := c.Write(b); err != nil {
			return
		}
		if _, err := io.ReadFull(c, b); err != nil {
			return
		}
	}
}
