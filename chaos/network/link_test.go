package network_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestCutStallsOneDirection(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		write(t, w.a, "before")
		if got := read(t, w.b, 6); got != "before" {
			t.Fatalf("read %q", got)
		}
		w.ab.Cut()
		write(t, w.a, "during")
		await(t, "the bytes are held", func() bool { return w.ab.Waiting() == 6 })
		w.converse(t)
		if n := unread(t, w.b); n != 0 || w.ab.Forwarded() != 6 {
			t.Errorf("%d bytes arrived over a cut link, %d forwarded in all, want 0 and 6", n, w.ab.Forwarded())
		}
		if !w.ab.Held() || w.ba.Held() {
			t.Errorf("held: %s %v, %s %v, want only the first", w.ab, w.ab.Held(), w.ba, w.ba.Held())
		}
		w.ab.Heal()
		if got := read(t, w.b, 6); got != "during" {
			t.Errorf("read %q after the heal", got)
		}
		await(t, "the bytes are counted as forwarded", func() bool { return w.ab.Forwarded() == 12 })
		if w.ab.Waiting() != 0 || w.ab.Held() {
			t.Errorf("after the heal %d bytes wait, held %v", w.ab.Waiting(), w.ab.Held())
		}
	})
}

func TestCutsAreCounted(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		w.ab.Heal() // of a link that is not cut: must not count against the cuts to come
		w.ab.Cut()
		w.ab.Cut()
		write(t, w.a, "x")
		await(t, "the byte is held", func() bool { return w.ab.Waiting() == 1 })
		w.ab.Heal()
		w.converse(t)
		if n := unread(t, w.b); n != 0 || !w.ab.Held() {
			t.Errorf("one heal after two cuts: %d bytes arrived, held %v", n, w.ab.Held())
		}
		w.ab.Heal()
		if got := read(t, w.b, 1); got != "x" {
			t.Errorf("read %q", got)
		}
	})
}

// A member that is paused does not read. A cut that waited for the write to it to end would hang as long as the pause.
func TestCutDoesNotWaitForReceiver(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		const size = 24 << 20 // more than all socket buffers on the way
		sent := make(chan error, 1)
		go func() {
			_, err := w.a.Write([]byte(strings.Repeat("0123456789abcdef", size/16)))
			sent <- errors.Join(err, w.a.CloseWrite())
		}()
		last, same := int64(-1), 0
		await(t, "a write is blocked", func() bool {
			now := w.ab.Forwarded()
			if now != last {
				last, same = now, 0
			}
			same++
			return same > 100 && w.ab.Waiting() > 0
		})

		cut := make(chan struct{})
		go func() { w.ab.Cut(); close(cut) }()
		receive(t, "Cut to return", cut)
		before := w.ab.Forwarded()
		arrived := read(t, w.b, int(before))
		w.converse(t) // what was blocked has room now
		if n := unread(t, w.b); n != 0 || w.ab.Forwarded() != before {
			t.Errorf("%d bytes arrived over a cut link, forwarded %d then %d", n, before, w.ab.Forwarded())
		}

		w.ab.Heal()
		rest, err := readEnd(w.b)
		if err != nil || arrived+rest != strings.Repeat("0123456789abcdef", size/16) {
			t.Errorf("%d and %d bytes arrived, %v, or not those that were sent", len(arrived), len(rest), err)
		}
		if err := receive(t, "the sender", sent); err != nil {
			t.Error(err)
		}
	})
}

func TestHalfClosePasses(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		write(t, w.a, "question")
		w.a.CloseWrite()
		if got, err := readEnd(w.b); got != "question" || err != nil {
			t.Fatalf("read %q, %v", got, err)
		}
		w.converse(t) // the other direction is still open
		w.b.CloseWrite()
		if got, err := readEnd(w.a); got != "" || err != nil {
			t.Fatalf("read %q, %v", got, err)
		}
	})
}

func TestHalfCloseIsHeldWhileCut(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		w.ab.Cut()
		w.a.CloseWrite()
		w.converse(t)
		if ended(t, w.b) {
			t.Error("the end of the stream passed a cut link")
		}
		w.ab.Heal()
		if got, err := readEnd(w.b); got != "" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	})
}

func TestHalfCloseStaysBehindHeldBytes(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		w.ab.Cut()
		write(t, w.a, "last words")
		w.a.CloseWrite()
		await(t, "the bytes are held", func() bool { return w.ab.Waiting() == 10 })
		w.ab.Heal()
		if got, err := readEnd(w.b); got != "last words" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	})
}

func TestResetPasses(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		w.converse(t)
		w.a.SetLinger(0)
		w.a.Close()
		if got, err := readEnd(w.b); !errors.Is(err, unix.ECONNRESET) {
			t.Errorf("read %q, %v, want a reset", got, err)
		}
	})
}

func TestResetIsHeldWhileCut(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		w.ab.Cut()
		w.a.SetLinger(0)
		w.a.Close()
		// The sender on the other side goes on until the buffers are full, and hears nothing of the reset.
		for range 100 {
			write(t, w.b, "are you there?")
		}
		if ended(t, w.b) {
			t.Error("the reset passed a cut link")
		}
		w.ab.Heal()
		if got, err := readEnd(w.b); !errors.Is(err, unix.ECONNRESET) {
			t.Errorf("read %q, %v, want a reset", got, err)
		}
	})
}

// A process that exits after its last answer was half-closed before. Its kernel resets the connection when more comes,
// and that must not pass a cut either.
func TestResetAfterHalfCloseIsHeldWhileCut(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		w.a.CloseWrite()
		if _, err := readEnd(w.b); err != nil {
			t.Fatal(err)
		}
		w.ab.Cut()
		w.a.Close()
		sent := int64(0)
		await(t, "nothing is forwarded any more", func() bool {
			if _, err := io.WriteString(w.b, "!"); err != nil {
				t.Fatalf("the reset passed a cut link: %v", err)
			}
			sent++
			return sent-w.ba.Forwarded() > 100
		})
		w.ab.Heal()
		await(t, "the reset has arrived", func() bool { // reading would go on to say EOF
			_, err := io.WriteString(w.b, "!")
			return err != nil
		})
	})
}

func TestResetReleasesWhatWasHeldForTheSender(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		w.ba.Cut()
		write(t, w.b, "too late")
		await(t, "the bytes are held", func() bool { return w.ba.Waiting() == 8 })
		w.a.SetLinger(0)
		w.a.Close()
		if _, err := readEnd(w.b); !errors.Is(err, unix.ECONNRESET) {
			t.Errorf("read %v, want a reset", err)
		}
		await(t, "nothing is held for a connection that is gone", func() bool { return w.ba.Waiting() == 0 })
	})
}

// Both streams of a connection learn of a reset. When the writing one comes first, the socket's error is gone, and the
// reading one sees a clean end.
func TestResetUnderTrafficIsNoCleanEnd(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		done := make(chan error, 1)
		go func() {
			_, err := io.Copy(w.b, endless{})
			done <- err
		}()
		read(t, w.a, 1<<20)
		w.a.SetLinger(0)
		w.a.Close()
		if err := receive(t, "the sender to fail", done); !errors.Is(err, unix.ECONNRESET) && !errors.Is(err, unix.EPIPE) {
			t.Errorf("the sender to a reset connection got %v", err)
		}
	})
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }
