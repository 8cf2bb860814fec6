package network_test

import (
	"io"
	"net"
	"slices"
	"testing"
	"time"
)

// routes are a direct connection over loopback and one through each kind of link.
var routes = []struct {
	name string
	open func(b *testing.B) (from, to *net.TCPConn)
}{
	{"direct", func(b *testing.B) (from, to *net.TCPConn) {
		l := listenRaw(b)
		from = dialRaw(b, l.Addr().String())
		return from, acceptFrom(b, l)
	}},
	{"link", func(b *testing.B) (from, to *net.TCPConn) {
		w := clientWire(b)
		return w.a, w.b
	}},
	{"peer", func(b *testing.B) (from, to *net.TCPConn) {
		w := peerWire(b)
		return w.a, w.b
	}},
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
