package network_test

import (
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/chaos/network"
)

// routes are a direct connection over loopback, one through the simplest proxy there is, one through each kind of link,
// and one through a link with a shape.
var routes = []struct {
	name string
	open func(b *testing.B) (from, to *net.TCPConn)
}{
	{"direct", func(b *testing.B) (from, to *net.TCPConn) {
		l := listenRaw(b)
		from = dialRaw(b, l.Addr().String())
		return from, acceptFrom(b, l)
	}},
	{"splice", spliced},
	{"link", func(b *testing.B) (from, to *net.TCPConn) {
		w := clientWire(b)
		return w.a, w.b
	}},
	{"peer", func(b *testing.B) (from, to *net.TCPConn) {
		w := peerWire(b)
		return w.a, w.b
	}},
	{"link+1ms", func(b *testing.B) (from, to *net.TCPConn) {
		w := clientWire(b)
		must[func()](b)(w.ab.Shape(network.Shape{Latency: time.Millisecond}))
		return w.a, w.b
	}},
}

// spliced is a connection through two goroutines that copy, which Linux does with splice(2) between sockets. It can do
// nothing else.
func spliced(b *testing.B) (from, to *net.TCPConn) {
	outer, inner := listenRaw(b), listenRaw(b)
	from = dialRaw(b, outer.Addr().String())
	dialler := acceptFrom(b, outer)
	server := dialRaw(b, inner.Addr().String())
	to = acceptFrom(b, inner)
	var copying sync.WaitGroup
	for _, way := range [][2]*net.TCPConn{{dialler, server}, {server, dialler}} {
		copying.Go(func() {
			io.Copy(way[1], way[0])
			way[1].CloseWrite()
		})
	}
	b.Cleanup(func() {
		from.Close()
		to.Close()
		copying.Wait()
	})
	return from, to
}

func BenchmarkRoundTrip(b *testing.B) {
	for _, r := range routes {
		b.Run(r.name, func(b *testing.B) {
			from, to := r.open(b)
			done := make(chan struct{})
			go func() { // the server: what comes goes back
				defer close(done)
				one := make([]byte, 1)
				for {
					if _, err := io.ReadFull(to, one); err != nil {
						return
					}
					to.Write(one)
				}
			}()
			one := make([]byte, 1)
			b.ReportAllocs()
			for b.Loop() {
				from.Write(one)
				if _, err := io.ReadFull(from, one); err != nil {
					b.Fatal(err)
				}
			}
			from.Close()
			<-done
		})
	}
}

func BenchmarkThroughput(b *testing.B) {
	for _, r := range routes {
		b.Run(r.name, func(b *testing.B) {
			from, to := r.open(b)
			const piece = 256 << 10
			done := make(chan int64)
			go func() {
				var n int64
				for buf := make([]byte, piece); ; {
					m, err := to.Read(buf)
					n += int64(m)
					if err != nil {
						break
					}
				}
				done <- n
			}()
			buf := make([]byte, piece)
			b.SetBytes(piece)
			b.ReportAllocs()
			var sent int64
			for b.Loop() {
				n, err := from.Write(buf)
				if err != nil {
					b.Fatal(err)
				}
				sent += int64(n)
			}
			from.CloseWrite()
			if got := <-done; got != sent {
				b.Fatalf("%d bytes arrived of %d", got, sent)
			}
		})
	}
}

// BenchmarkCutToLastByte measures from the call of Cut to the moment at which the receiver has read the last byte that
// came through. The receiver does nothing but read, so that what the kernel had taken before the cut is read at once.
func BenchmarkCutToLastByte(b *testing.B) {
	for _, kind := range []struct {
		name string
		open func(t testing.TB) wire
	}{{"link", clientWire}, {"peer", peerWire}} {
		b.Run(kind.name, func(b *testing.B) {
			w := kind.open(b)
			var got, last atomic.Int64
			var running sync.WaitGroup
			begun := time.Now()
			running.Go(func() { io.Copy(w.a, endless{}) })
			running.Go(func() {
				buf := make([]byte, 256<<10)
				for {
					n, err := w.b.Read(buf)
					if err != nil {
						return
					}
					last.Store(int64(time.Since(begun)))
					got.Add(int64(n))
				}
			})
			var took []time.Duration
			for b.Loop() {
				before := got.Load()
				await(b, "there is traffic", func() bool { return got.Load() > before+1<<20 })
				called := time.Since(begun)
				w.ab.Cut()
				await(b, "all that came through is read", func() bool { return got.Load() == w.ab.Forwarded() })
				took = append(took, max(0, time.Duration(last.Load())-called))
				w.ab.Heal()
			}
			b.ReportMetric(0, "ns/op") // is that of the traffic in between
			w.a.Close()
			w.b.Close()
			running.Wait()
			reportTimes(b, took)
		})
	}
}

// reportTimes reports the median and the longest of times in microseconds.
func reportTimes(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	us := func(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
	b.ReportMetric(us(took[len(took)/2]), "p50-us")
	b.ReportMetric(us(took[len(took)-1]), "max-us")
}

// BenchmarkCut measures Cut under bulk traffic, from the call until it is effective, which is when it returns. Between
// two cuts the traffic gets the time to start again; a link that is cut while it is idle says nothing.
func BenchmarkCut(b *testing.B) {
	for _, reads := range []struct {
		name string
		yes  bool
	}{{"reading", true}, {"paused", false}} {
		b.Run(reads.name, func(b *testing.B) {
			w := clientWire(b)
			sent, read := make(chan struct{}), make(chan struct{})
			go func() { io.Copy(w.a, endless{}); close(sent) }()
			go func() {
				if reads.yes {
					io.Copy(io.Discard, w.b)
				}
				close(read)
			}()
			await(b, "there is traffic", func() bool { return w.ab.Forwarded() > 1<<20 && w.ab.Waiting() > 0 })
			took := make([]time.Duration, 0, 1<<16)
			b.ReportAllocs()
			for b.Loop() {
				time.Sleep(200 * time.Microsecond)
				start := time.Now()
				w.ab.Cut()
				took = append(took, time.Since(start))
				w.ab.Heal()
			}
			b.ReportMetric(0, "ns/op") // is that of the pause
			w.a.Close()
			<-sent
			w.b.Close()
			<-read
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2]), "P50-ns")
			b.ReportMetric(float64(took[len(took)*99/100]), "P99-ns")
			b.ReportMetric(float64(took[len(took)-1]), "max-ns")
		})
	}
}
