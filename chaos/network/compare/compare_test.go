// Package compare measures links beside toxiproxy and the simplest proxy there is.
package compare

import (
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"aftershock/chaos/network"
)

// route is a connection from a client to a server by one of the ways that are compared.
type route struct {
	name           string
	client, server *net.TCPConn
	took           []time.Duration
	echo           sync.WaitGroup
}

// open makes the routes, all in this process and over loopback. All of them stay open during a benchmark, and their
// measurements alternate, so that whatever slows the machine down meets all.
func open(b *testing.B) []*route {
	b.Helper()
	var routes []*route
	for _, way := range []struct {
		name  string
		proxy func(b *testing.B, server string) (addr string)
	}{
		{"direct", func(_ *testing.B, server string) string { return server }},
		{"splice", splice},
		{"link", link},
		{"toxiproxy", toxi},
	} {
		l := listen(b)
		r := &route{name: way.name, client: dial(b, way.proxy(b, l.Addr().String()))}
		r.server = accept(b, l)
		routes = append(routes, r)
	}
	return routes
}

func link(b *testing.B, server string) string {
	l, err := network.ListenClient("client", "server", server)
	check(b, err)
	b.Cleanup(l.Close)
	return l.Addr()
}

// toxi is toxiproxy as a library, without a toxic and with its log off.
func toxi(b *testing.B, server string) string {
	metrics := toxiproxy.NewMetricsContainer(prometheus.NewRegistry())
	p := toxiproxy.NewProxy(toxiproxy.NewServer(metrics, zerolog.Nop()), "server", "127.0.0.1:0", server)
	check(b, p.Start())
	b.Cleanup(p.Stop)
	return p.Listen
}

// splice copies in two goroutines, which Linux does with splice(2) between sockets.
func splice(b *testing.B, server string) string {
	l := listen(b)
	var running sync.WaitGroup
	running.Go(func() {
		dialler, err := l.AcceptTCP()
		if err != nil {
			return
		}
		defer dialler.Close()
		c, err := net.Dial("tcp", server)
		if err != nil {
			return
		}
		defer c.Close()
		upstream := c.(*net.TCPConn)
		var copying sync.WaitGroup
		for _, way := range [][2]*net.TCPConn{{dialler, upstream}, {upstream, dialler}} {
			copying.Go(func() {
				_, _ = io.Copy(way[1], way[0])
				_ = way[1].CloseWrite()
			})
		}
		copying.Wait()
	})
	b.Cleanup(func() { // after the ends were closed
		l.Close()
		running.Wait()
	})
	return l.Addr().String()
}

func listen(b *testing.B) *net.TCPListener {
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	check(b, err)
	b.Cleanup(func() { l.Close() })
	return l
}

func dial(b *testing.B, addr string) *net.TCPConn {
	c, err := net.Dial("tcp", addr)
	check(b, err)
	b.Cleanup(func() { c.Close() })
	return c.(*net.TCPConn)
}

func accept(b *testing.B, l *net.TCPListener) *net.TCPConn {
	check(b, l.SetDeadline(time.Now().Add(30*time.Second)))
	c, err := l.AcceptTCP()
	check(b, err)
	b.Cleanup(func() { c.Close() })
	return c
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// median is the median of a route's times.
func (r *route) median() time.Duration {
	slices.Sort(r.took)
	return r.took[len(r.took)/2]
}

// BenchmarkRoundTrip sends a byte there and back by each route in turn.
func BenchmarkRoundTrip(b *testing.B) {
	routes := open(b)
	for _, r := range routes {
		// The server: what comes goes back. Without the methods of a TCPConn, io.Copy reads and writes, and does not splice.
		r.echo.Go(func() { _, _ = io.Copy(struct{ io.Writer }{r.server}, struct{ io.Reader }{r.server}) })
	}
	one := make([]byte, 1)
	for b.Loop() {
		for _, r := range routes {
			begun := time.Now()
			_, err := r.client.Write(one)
			check(b, err)
			_, err = io.ReadFull(r.client, one)
			check(b, err)
			r.took = append(r.took, time.Since(begun))
		}
	}
	b.ReportMetric(0, "ns/op") // is that of all routes together
	for _, r := range routes {
		b.ReportMetric(float64(r.median())/float64(time.Microsecond), r.name+"-p50-us")
		r.client.Close()
		r.server.Close()
		r.echo.Wait()
	}
}

// BenchmarkBulk sends 16 MiB by each route in turn, until the last byte was read.
func BenchmarkBulk(b *testing.B) {
	const size = 16 << 20
	routes := open(b)
	payload, into := make([]byte, size), make([]byte, 256<<10)
	for b.Loop() {
		for _, r := range routes {
			begun := time.Now()
			var sending sync.WaitGroup
			var sent error
			sending.Go(func() { _, sent = r.client.Write(payload) })
			for left := size; left > 0; {
				n, err := r.server.Read(into[:min(left, len(into))])
				check(b, err)
				left -= n
			}
			sending.Wait()
			check(b, sent)
			r.took = append(r.took, time.Since(begun))
		}
	}
	b.ReportMetric(0, "ns/op")
	for _, r := range routes {
		b.ReportMetric(size/1e6/r.median().Seconds(), r.name+"-MB/s")
	}
}
