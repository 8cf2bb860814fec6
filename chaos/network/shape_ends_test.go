package network_test

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"aftershock/chaos/network"
)

func TestEndsTravelWithTheDelay(t *testing.T) {
	const latency = 20 * time.Millisecond
	wires(t, func(t *testing.T, w wire) {
		shape(t, w.ab, network.Shape{Latency: latency})
		begun := time.Now()
		write(t, w.a, "last words")
		w.a.CloseWrite()
		if got, err := readEnd(w.b); got != "last words" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		if took := time.Since(begun); took < latency {
			t.Errorf("the half-close arrived after %v, with a latency of %v", took, latency)
		}
		w.converse(t) // the other direction is still open
	})
	wires(t, func(t *testing.T, w wire) {
		shape(t, w.ab, network.Shape{Latency: latency})
		begun := time.Now()
		w.a.SetLinger(0)
		w.a.Close()
		if got, err := readEnd(w.b); !errors.Is(err, unix.ECONNRESET) {
			t.Errorf("read %q, %v, want a reset", got, err)
		}
		if took := time.Since(begun); took < latency {
			t.Errorf("the reset arrived after %v, with a latency of %v", took, latency)
		}
	})
}

func TestDialIsDelayed(t *testing.T) {
	noneLeft(t)
	l := listenRaw(t)
	n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": l.Addr().String()})
	const latency = 10 * time.Millisecond
	shape(t, linkOf(t, n, "n1", "n2"), network.Shape{Latency: latency})
	shape(t, linkOf(t, n, "n2", "n1"), network.Shape{Latency: 2 * latency})
	begun := time.Now()
	connect(t, n, "n1", "n2")
	if took := time.Since(begun); took < 3*latency {
		t.Errorf("a dial took %v over links with latencies of %v and %v", took, latency, 2*latency)
	}
	if n, total := linkOf(t, n, "n2", "n1").Delayed(); n != 1 || total < 2*latency {
		t.Errorf("%d answers were delayed by %v, want 1 by at least %v", n, total, 2*latency)
	}
}

// What waits in a queue waits behind a cut.
func TestCutStopsQueue(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		undo := shape(t, w.ab, network.Shape{Latency: time.Millisecond, Jitter: time.Millisecond})
		w.ab.Cut()
		write(t, w.a, "during")
		w.a.CloseWrite()
		await(t, "the bytes are held", func() bool { return w.ab.Waiting() == 6 })
		w.converse(t)
		undo()
		w.converse(t)
		if n := unread(t, w.b); n != 0 || ended(t, w.b) || w.ab.Forwarded() != 0 {
			t.Errorf("%d bytes arrived over a cut link, ended %v", n, ended(t, w.b))
		}
		w.ab.Heal()
		if got, err := readEnd(w.b); got != "during" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	})
}

// A receiver that goes away under a shape is a reset for its sender, as at rest.
func TestReceiverGoneUnderShape(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		shape(t, w.ab, network.Shape{Latency: time.Millisecond})
		done := make(chan error, 1)
		go func() {
			for {
				if _, err := w.a.Write([]byte("are you there?")); err != nil {
					done <- err
					return
				}
			}
		}()
		read(t, w.b, 100)
		w.b.SetLinger(0)
		w.b.Close()
		if err := receive(t, "the sender to fail", done); !errors.Is(err, unix.ECONNRESET) && !errors.Is(err, unix.EPIPE) {
			t.Errorf("the sender got %v, want a reset", err)
		}
		await(t, "nothing waits", func() bool { return w.ab.Waiting() == 0 })
	})
}

// A sender that says no more learns of it too, though nothing comes from the receiver: that had ended its stream before.
func TestReceiverGoneUnderShapeTellsSilentSender(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		shape(t, w.ab, network.Shape{Latency: time.Millisecond})
		w.b.CloseWrite()
		if _, err := readEnd(w.a); err != nil {
			t.Fatal(err)
		}
		w.b.Close()
		for i := range 2 { // the first is answered by a reset, and the second finds that
			write(t, w.a, "!")
			if i == 0 {
				await(t, "the first is forwarded", func() bool { return w.ab.Forwarded() == 1 })
			}
		}
		await(t, "the sender is told", func() bool {
			var told int
			var err error
			control(t, w.a, func(fd int) { told, err = unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR) })
			return err != nil || told != 0
		})
	})
}

func TestConnectionsAreCounted(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		w.converse(t)
		for _, l := range []*network.Link{w.ab, w.ba} {
			if l.Connections() != 1 || l.Opened() != 1 {
				t.Errorf("%s: %d connections open, %d opened, want 1 and 1", l, l.Connections(), l.Opened())
			}
		}
		w.a.CloseWrite()
		w.b.CloseWrite()
		for _, l := range []*network.Link{w.ab, w.ba} {
			await(t, "the connection has ended", func() bool { return l.Connections() == 0 })
			if l.Opened() != 1 {
				t.Errorf("%s: %d connections were opened, want 1", l, l.Opened())
			}
		}
	})
}
