package network_test

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/chaos/network"
)

// never is a latency that no test waits for.
const never = time.Hour

func shape(t testing.TB, l *network.Link, s network.Shape) (undo func()) {
	t.Helper()
	return must[func()](t)(l.Shape(s))
}

func TestShapesAreChecked(t *testing.T) {
	noneLeft(t)
	l := linkOf(t, trio(t), "n1", "n2")
	const rates = "1 to 1099511627776 bytes per second"
	for _, c := range []struct {
		name  string
		shape network.Shape
		want  string
	}{
		{"negative latency", network.Shape{Latency: -1}, "latency -1ns (allowed: 0s to 1h0m0s)"},
		{"long latency", network.Shape{Latency: time.Hour + 1}, "(allowed: 0s to 1h0m0s)"},
		{"negative jitter", network.Shape{Jitter: -time.Second}, "jitter -1s (allowed: 0s to 1h0m0s)"},
		{"long jitter", network.Shape{Jitter: 2 * time.Hour}, "jitter 2h0m0s (allowed: "},
		{"negative rate", network.Shape{Rate: -5}, "rate -5 (allowed: " + rates + ", or 0 for no limit)"},
		{"high rate", network.Shape{Rate: 1<<40 + 1}, "rate 1099511627777 (allowed: "},
		{"start alone", network.Shape{Start: 5}, "doubling 0s with start 5 (allowed: 1ms to 1h0m0s, or both 0)"},
		{"doubling alone", network.Shape{Doubling: time.Second},
			"start 0 with doubling 1s (allowed: " + rates + ", or both 0)"},
		{"start above rate", network.Shape{Rate: 10, Start: 11, Doubling: time.Second},
			"start 11 with doubling 1s (allowed: 1 to 10 bytes per second, or both 0)"},
		{"quick doubling", network.Shape{Start: 1, Doubling: time.Microsecond}, "doubling 1µs with start 1 (allowed: "},
	} {
		undo, err := l.Shape(c.shape)
		if err == nil || undo != nil || !strings.HasPrefix(err.Error(), "shape of n1 -> n2: ") ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	for _, good := range []network.Shape{
		{}, {Seed: 7}, {Latency: time.Hour, Jitter: time.Hour, Rate: 1 << 40, Start: 1 << 40, Doubling: time.Hour},
		{Start: 1, Doubling: time.Millisecond},
	} {
		undo := shape(t, l, good)
		undo()
		undo()
	}
}

func TestShapeDelays(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		const latency = 20 * time.Millisecond
		arrives := func(s string) time.Duration {
			begun := time.Now()
			write(t, w.a, s)
			if got := read(t, w.b, len(s)); got != s {
				t.Fatalf("read %q, want %q", got, s)
			}
			return time.Since(begun)
		}
		undo := shape(t, w.ab, network.Shape{Latency: latency})
		if took := arrives("one"); took < latency {
			t.Errorf("arrived after %v, with a latency of %v", took, latency)
		}
		more := shape(t, w.ab, network.Shape{Latency: latency})
		if took := arrives("two"); took < 2*latency {
			t.Errorf("arrived after %v, with twice a latency of %v", took, latency)
		}
		undo()
		undo() // must not undo the other one
		if took := arrives("one again"); took < latency {
			t.Errorf("arrived after %v, with a latency of %v left", took, latency)
		}
		await(t, "the delays are counted", func() bool { n, _ := w.ab.Delayed(); return n == 3 })
		if _, total := w.ab.Delayed(); total < 4*latency {
			t.Errorf("delayed by %v in all, want at least %v", total, 4*latency)
		}
		more()
		arrives("at rest")
		w.converse(t)
		if n, _ := w.ab.Delayed(); n != 3 {
			t.Errorf("%d pieces were delayed, want 3", n)
		}
		if n, total := w.ba.Delayed(); n != 0 || total != 0 || w.ab.Throttled() != 0 {
			t.Errorf("delayed %d by %v the other way, throttled %v", n, total, w.ab.Throttled())
		}
	})
}

// If one piece had to arrive before the next one is taken, only the first would be waiting.
func TestPiecesAreUnderWayTogether(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		undo := shape(t, w.ab, network.Shape{Latency: never})
		var want strings.Builder
		for i := range 50 {
			write(t, w.a, "piece;")
			want.WriteString("piece;")
			await(t, "it is under way", func() bool { return w.ab.Waiting() == int64(6*(i+1)) })
		}
		w.converse(t)
		if n := unread(t, w.b); n != 0 {
			t.Errorf("%d bytes arrived before their time", n)
		}
		undo()
		if got := read(t, w.b, want.Len()); got != want.String() {
			t.Errorf("read %q", got)
		}
		await(t, "nothing waits", func() bool { return w.ab.Waiting() == 0 })
		if n, total := w.ab.Delayed(); n != 50 || total <= 0 || total > 50*never {
			t.Errorf("%d pieces delayed by %v, want 50 by what they have waited", n, total)
		}
	})
}

// Pieces that were delivered take up nothing of the bound.
func TestQueueEmptiesWhole(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		const many, size = 40, 32 << 10
		undo := shape(t, w.ab, network.Shape{Latency: time.Microsecond})
		for range many {
			write(t, w.a, strings.Repeat("x", size))
			read(t, w.b, size)
		}
		shape(t, w.ab, network.Shape{Latency: never})
		undo()
		for i := range 20 {
			write(t, w.a, strings.Repeat("y", size))
			await(t, "it is under way", func() bool { return w.ab.Waiting() == int64((i+1)*size) })
		}
	})
}

// A queue that is full holds up the sender, and nothing of it is left when the shape is.
func TestQueueIsBounded(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		const size, bound = 6 << 20, 1<<20 + 64<<10
		undo := shape(t, w.ab, network.Shape{Latency: never})
		sent := make(chan error, 1)
		payload := strings.Repeat("0123456789abcdef", size/16)
		go func() {
			_, err := w.a.Write([]byte(payload))
			sent <- errors.Join(err, w.a.CloseWrite())
		}()
		last, same := int64(-1), 0
		await(t, "the sender is held up", func() bool {
			now := w.ab.Waiting()
			if now != last {
				last, same = now, 0
			}
			same++
			return same > 100 && now > bound*3/4
		})
		if last > bound {
			t.Errorf("%d bytes wait (allowed: up to %d)", last, bound)
		}
		undo()
		if got, err := readEnd(w.b); err != nil || got != payload {
			t.Errorf("%d bytes arrived, %v, or not those that were sent", len(got), err)
		}
		if err := receive(t, "the sender", sent); err != nil {
			t.Error(err)
		}
		await(t, "no goroutine delivers any more", func() bool {
			return !strings.Contains(packageGoroutines(), "(*queue).deliver")
		})
	})
}

func TestRateIsShared(t *testing.T) {
	noneLeft(t)
	l := listenRaw(t)
	n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": l.Addr().String()})
	link := linkOf(t, n, "n1", "n2")
	const rate, size, many = 2_000_000, 100_000, 3
	shape(t, link, network.Shape{Rate: 2 * rate})
	undo := shape(t, link, network.Shape{Rate: rate}) // the lowest counts
	begun := time.Now()
	var senders sync.WaitGroup
	payload := strings.Repeat("x", size)
	for range many {
		a, b := connect(t, n, "n1", "n2"), acceptFrom(t, l)
		senders.Go(func() {
			a.Write([]byte(payload))
			a.CloseWrite()
		})
		senders.Go(func() {
			if got, err := readEnd(b); got != payload || err != nil {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
	senders.Wait()
	if took, least := time.Since(begun), many*size*time.Second/rate; took < least {
		t.Errorf("%d bytes took %v at %d bytes per second, want at least %v", many*size, took, rate, least)
	}
	if link.Throttled() <= 0 {
		t.Error("no wait for the rate was counted")
	}
	undo()
}

func TestSlowStart(t *testing.T) {
	wires(t, func(t *testing.T, w wire) {
		s := network.Shape{Start: 50_000, Doubling: 20 * time.Millisecond}
		const size = 30_000
		undo := shape(t, w.ab, s)
		defer undo()
		// The connection has an age already, which the test does not know exactly: it is less than since it was dialled.
		begun := time.Now()
		least := s.StartTime(begun.Sub(w.dialled), size)
		write(t, w.a, strings.Repeat("x", size))
		read(t, w.b, size)
		if took := time.Since(begun); took < least {
			t.Errorf("%d bytes took %v, want at least %v", size, took, least)
		}
	})
}

func TestStartTime(t *testing.T) {
	s := network.Shape{Start: 100, Doubling: time.Second, Rate: 400}
	for _, c := range []struct {
		age  time.Duration
		n    int
		want time.Duration
	}{
		{0, 1, 10 * time.Millisecond},
		{0, 100, time.Second},
		{0, 300, 2 * time.Second},              // 100 in the first second, 200 in the second one
		{0, 700, 3 * time.Second},              // and 400 in the third
		{0, 1500, 5 * time.Second},             // which is the most
		{time.Second / 2, 50, time.Second / 2}, // the rest of the first second
		{time.Second, 100, time.Second / 2},
		{time.Hour, 400, time.Second},
		{-time.Hour, 100, time.Second},
	} {
		if got := s.StartTime(c.age, c.n); got != c.want {
			t.Errorf("%d bytes at an age of %v take %v, want %v", c.n, c.age, got, c.want)
		}
	}
	endless := network.Shape{Start: 1, Doubling: time.Millisecond}
	if got := endless.StartTime(24*time.Hour, 1<<20); got > time.Second || got <= 0 {
		t.Errorf("without a rate, after a day, a megabyte takes %v", got)
	}
}

func TestJitterComesFromTheSeed(t *testing.T) {
	const jitter, draws = time.Millisecond, 1000
	drawn := func(seed, connection uint64) (all [draws]time.Duration) {
		s := network.Shape{Jitter: jitter, Seed: seed}
		for i := range all {
			all[i] = s.JitterOf(connection, uint64(i))
		}
		return all
	}
	first := drawn(1, 1)
	if first != drawn(1, 1) {
		t.Error("the same seed gives other jitters")
	}
	if first == drawn(2, 1) || first == drawn(1, 2) {
		t.Error("another seed or connection gives the same jitters")
	}
	var sum float64
	for i, d := range first {
		if d < 0 || d > jitter {
			t.Errorf("draw %d is %v (allowed: 0 to %v)", i, d, jitter)
		}
		sum += float64(d)
	}
	// The mean of uniform draws lies within 5 of its standard errors.
	if mean, want := sum/draws, float64(jitter)/2; math.Abs(mean-want) > 5*float64(jitter)/math.Sqrt(12*draws) {
		t.Errorf("mean %v, want about %v", time.Duration(mean), time.Duration(want))
	}
}
