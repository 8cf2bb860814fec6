package network_test

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"aftershock/chaos/network"
)

// sawReset fails the test unless the end of a connection is a reset.
func sawReset(t *testing.T, who string, c *net.TCPConn) {
	t.Helper()
	if got, err := readEnd(c); !errors.Is(err, unix.ECONNRESET) {
		t.Errorf("%s read %q, %v, want a reset", who, got, err)
	}
}

func TestReset(t *testing.T) {
	for _, c := range []struct {
		name  string
		first func(t *testing.T, ab, ba *network.Link)
	}{
		{"at rest", func(*testing.T, *network.Link, *network.Link) {}},
		{"through cuts", func(_ *testing.T, ab, ba *network.Link) { ab.Cut(); ba.Cut() }},
		{"through shapes", func(t *testing.T, ab, ba *network.Link) {
			shape(t, ab, network.Shape{Latency: never})
			shape(t, ba, network.Shape{Rate: 1})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			noneLeft(t)
			first, second, third := listenRaw(t), listenRaw(t), listenRaw(t)
			n := listenPeers(t, map[string]string{
				"n1": first.Addr().String(), "n2": second.Addr().String(), "n3": third.Addr().String(),
			})
			a1, a2 := connect(t, n, "n1", "n2"), acceptFrom(t, second)
			b2, b1 := connect(t, n, "n2", "n1"), acceptFrom(t, first)
			x1, x3 := connect(t, n, "n1", "n3"), acceptFrom(t, third)
			ab, ba := linkOf(t, n, "n1", "n2"), linkOf(t, n, "n2", "n1")
			await(t, "both connections are open", func() bool { return ab.Connections() == 2 })
			c.first(t, ab, ba)
			write(t, a1, "on its way")
			write(t, a2, "and back")
			if got, err := n.Reset("n1", "n2"); got != 2 || err != nil {
				t.Fatalf("Reset: %d connections, %v, want 2", got, err)
			}
			for who, end := range map[string]*net.TCPConn{"a1": a1, "a2": a2, "b1": b1, "b2": b2} {
				sawReset(t, who, end)
			}
			if ab.Connections() != 0 || ab.Waiting() != 0 || ba.Waiting() != 0 {
				t.Errorf("%d connections are open, %d and %d bytes wait", ab.Connections(), ab.Waiting(), ba.Waiting())
			}
			write(t, x1, "still here")
			if got := read(t, x3, 10); got != "still here" {
				t.Errorf("read %q", got)
			}
		})
	}
}

// A member that is killed leaves its ends over; the others learn of it when they write. To reset what is left hurts none.
func TestAResetCountsNoConnectionOfWhichOneEndIsOver(t *testing.T) {
	noneLeft(t)
	l := listenRaw(t)
	n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": l.Addr().String()})
	dialler, dialled := connect(t, n, "n1", "n2"), acceptFrom(t, l)
	other, whole := connect(t, n, "n1", "n2"), acceptFrom(t, l)
	ab := linkOf(t, n, "n1", "n2")
	await(t, "both connections are open", func() bool { return ab.Connections() == 2 })
	if err := dialled.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got, err := readEnd(dialler); got != "" || err != nil {
		t.Fatalf("the dialler read %q, %v", got, err)
	}
	if got, err := n.Reset("n1", "n2"); got != 1 || err != nil {
		t.Errorf("Reset: %d connections, %v, want 1 of 2", got, err)
	}
	sawReset(t, "the one dialled", dialled)
	sawReset(t, "the other dialler", other)
	sawReset(t, "the other one dialled", whole)
}

func TestNewConnectionsWorkAfterReset(t *testing.T) {
	noneLeft(t)
	l := listenRaw(t)
	n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": l.Addr().String()})
	c := listenClient(t, l.Addr().String())
	for range 3 {
		a, b := connect(t, n, "n1", "n2"), acceptFrom(t, l)
		write(t, a, "x")
		read(t, b, 1)
		client, server := dialRaw(t, c.Addr()), acceptFrom(t, l)
		write(t, client, "y")
		read(t, server, 1)
		if got, err := n.Reset("n2", "n1"); got != 1 || err != nil {
			t.Errorf("Reset: %d connections, %v, want 1", got, err)
		}
		if got := c.Reset(); got != 1 {
			t.Errorf("Reset: %d connections, want 1", got)
		}
		sawReset(t, "the dialler", a)
		sawReset(t, "the one dialled", b)
		sawReset(t, "the client", client)
		sawReset(t, "the member", server)
	}
	if got := c.Reset(); got != 0 {
		t.Errorf("Reset of nothing: %d connections", got)
	}
	if _, err := n.Reset("n1", "n22"); err == nil || !strings.Contains(err.Error(), `reset: unknown member "n22"`) {
		t.Errorf("Reset of no member: %v", err)
	}
}

func TestClientCut(t *testing.T) {
	noneLeft(t)
	l := listenRaw(t)
	c := listenClient(t, l.Addr().String())
	client, member := dialRaw(t, c.Addr()), acceptFrom(t, l)
	heal := c.Cut()
	write(t, client, "up")
	write(t, member, "down")
	await(t, "both are held", func() bool { return c.Up.Waiting() == 2 && c.Down.Waiting() == 4 })
	other := c.Cut()
	heal()
	heal() // must not undo the other cut
	if !c.Up.Held() || !c.Down.Held() || unread(t, member)+unread(t, client) != 0 {
		t.Error("a second heal has undone the cut of another caller")
	}
	other()
	if got := read(t, member, 2) + read(t, client, 4); got != "updown" {
		t.Errorf("read %q", got)
	}
}

func TestHalfOpen(t *testing.T) {
	for _, c := range []struct {
		name  string
		held  bool // what is sent does not arrive
		first func(t *testing.T, c *network.ClientLink)
	}{
		{"at rest", false, func(*testing.T, *network.ClientLink) {}},
		{"behind a cut", true, func(_ *testing.T, c *network.ClientLink) { c.Cut() }},
		{"under a shape", true, func(t *testing.T, c *network.ClientLink) {
			shape(t, c.Up, network.Shape{Latency: never})
			shape(t, c.Down, network.Shape{Latency: never})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			noneLeft(t)
			l := listenRaw(t)
			link := listenClient(t, l.Addr().String())
			client, member := dialRaw(t, link.Addr()), acceptFrom(t, l)
			await(t, "the connection is open", func() bool { return link.Up.Connections() == 1 })
			c.first(t, link)
			write(t, member, "never to arrive")
			write(t, client, "lost")
			up, down, arrived := link.Up.Forwarded, link.Down.Forwarded, 15
			if c.held {
				up, down, arrived = link.Up.Waiting, link.Down.Waiting, 0
			}
			await(t, "the bytes are where they stay", func() bool { return up() == 4 && down() == 15 })
			n, heal := link.HalfOpen()
			if n != 1 || link.Up.Connections() != 0 || link.Up.Waiting() != 0 || link.Down.Waiting() != 0 {
				t.Errorf("%d connections half-open, %d open, %d and %d bytes wait, want 1, 0, 0 and 0", n,
					link.Up.Connections(), link.Up.Waiting(), link.Down.Waiting())
			}
			sawReset(t, "the member", member)
			write(t, client, "are you there?")
			await(t, "what the client sends is taken", func() bool { return link.Swallowed() == 14 })
			client.CloseWrite()
			if n, again := link.HalfOpen(); n != 0 {
				t.Errorf("%d connections became half-open twice", n)
			} else {
				again()
			}
			link.Reset()
			if got := unread(t, client); got != arrived || ended(t, client) {
				t.Errorf("%d bytes arrived at a half-open client, want %d; ended: %v", got, arrived, ended(t, client))
			}
			heal()
			heal()
			sawReset(t, "the client", client)
		})
	}
}

func TestNewConnectionsWorkBesideHalfOpenOnes(t *testing.T) {
	noneLeft(t)
	l := listenRaw(t)
	link := listenClient(t, l.Addr().String())
	old := dialRaw(t, link.Addr())
	acceptFrom(t, l)
	await(t, "the connection is open", func() bool { return link.Up.Connections() == 1 })
	_, heal := link.HalfOpen()
	fresh, member := dialRaw(t, link.Addr()), acceptFrom(t, l)
	write(t, fresh, "question")
	if got := read(t, member, 8); got != "question" {
		t.Errorf("read %q", got)
	}
	write(t, member, "answer")
	if got := read(t, fresh, 6); got != "answer" {
		t.Errorf("read %q", got)
	}
	heal()
	sawReset(t, "the old client", old)
	write(t, fresh, "still")
	if got := read(t, member, 5); got != "still" {
		t.Errorf("read %q", got)
	}
}

// A client that does not read blocks the writes to it, which must not hold up HalfOpen.
func TestHalfOpenDoesNotWaitForClient(t *testing.T) {
	noneLeft(t)
	l := listenRaw(t)
	link := listenClient(t, l.Addr().String())
	client, member := dialRaw(t, link.Addr()), acceptFrom(t, l)
	sent := make(chan error, 1)
	go func() {
		_, err := io.Copy(member, endless{})
		sent <- err
	}()
	last, same := int64(-1), 0
	await(t, "a write is blocked", func() bool {
		now := link.Down.Forwarded()
		if now != last {
			last, same = now, 0
		}
		same++
		return same > 100 && link.Down.Waiting() > 0
	})
	silenced := make(chan func())
	go func() {
		_, heal := link.HalfOpen()
		silenced <- heal
	}()
	heal := receive(t, "HalfOpen to return", silenced)
	if err := receive(t, "the member to fail", sent); err == nil {
		t.Error("the member was not told")
	}
	heal()
	client.Close()
}

// A client that resets its half-open connection takes it away, and one that sends more than all buffers hold is not
// held up.
func TestHalfOpenTakesEverything(t *testing.T) {
	noneLeft(t)
	l := listenRaw(t)
	link := listenClient(t, l.Addr().String())
	client := dialRaw(t, link.Addr())
	acceptFrom(t, l)
	await(t, "the connection is open", func() bool { return link.Up.Connections() == 1 })
	_, heal := link.HalfOpen()
	defer heal()
	const size = 24 << 20
	client.SetWriteDeadline(time.Now().Add(patience))
	write(t, client, strings.Repeat("x", size))
	await(t, "all is swallowed", func() bool { return link.Swallowed() == size })
	client.SetLinger(0)
	client.Close()
	await(t, "no goroutine swallows any more",
		func() bool { return !strings.Contains(packageGoroutines(), ".swallow(") })
}
