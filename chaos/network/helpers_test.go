package network_test

import (
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"aftershock/chaos/network"
)

// patience is how long a test waits for something that must happen. It is not a bound on how long that may take.
const patience = 30 * time.Second

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func await(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(50 * time.Microsecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %v in vain until %s", patience, what)
		}
	}
}

// receive waits for a value, or for a channel to be closed.
func receive[T any](t testing.TB, what string, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(patience):
		t.Fatalf("waited %v in vain for %s", patience, what)
	}
	return v
}

// noneLeft fails the test when a goroutine of the package outlives it.
func noneLeft(t testing.TB) {
	t.Cleanup(func() {
		var left string
		await(t, "no goroutine of the package is left", func() bool {
			left = packageGoroutines()
			return left == ""
		})
	})
}

func packageGoroutines() string {
	buf := make([]byte, 1<<20)
	var left []string
	for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, "aftershock/chaos/network.") {
			left = append(left, g)
		}
	}
	return strings.Join(left, "\n\n")
}

func listenRaw(t testing.TB) *net.TCPListener {
	t.Helper()
	l := must[*net.TCPListener](t)(net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}))
	t.Cleanup(func() { l.Close() })
	return l
}

func acceptFrom(t testing.TB, l *net.TCPListener) *net.TCPConn {
	t.Helper()
	l.SetDeadline(time.Now().Add(patience))
	c := must[*net.TCPConn](t)(l.AcceptTCP())
	t.Cleanup(func() { c.Close() })
	return c
}

func dialRaw(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	c := must[net.Conn](t)(net.Dial("tcp", addr)).(*net.TCPConn)
	t.Cleanup(func() { c.Close() })
	return c
}

func listenPeers(t testing.TB, members map[string]string) *network.PeerNetwork {
	t.Helper()
	n := must[*network.PeerNetwork](t)(network.Listen(members))
	t.Cleanup(n.Close)
	return n
}

func listenClient(t testing.TB, address string) *network.ClientLink {
	t.Helper()
	c := must[*network.ClientLink](t)(network.ListenClient("c1", "n1", address))
	t.Cleanup(c.Close)
	return c
}

func linkOf(t testing.TB, n *network.PeerNetwork, from, to string) *network.Link {
	t.Helper()
	return must[*network.Link](t)(n.Link(from, to))
}

// wire is one connection through the package, seen from its two ends, whichever dialled.
type wire struct {
	a, b    *net.TCPConn
	ab, ba  *network.Link
	dialled time.Time // just before it was
}

// wires makes a connection of each kind, and each of them seen from both ends.
func wires(t *testing.T, test func(t *testing.T, w wire)) {
	for _, kind := range []struct {
		name string
		open func(t testing.TB) wire
	}{
		{"client link", clientWire}, {"peer network", peerWire},
	} {
		t.Run(kind.name+", from the dialler", func(t *testing.T) {
			noneLeft(t)
			test(t, kind.open(t))
		})
		t.Run(kind.name+", from the one dialled", func(t *testing.T) {
			noneLeft(t)
			w := kind.open(t)
			test(t, wire{a: w.b, b: w.a, ab: w.ba, ba: w.ab, dialled: w.dialled})
		})
	}
}

func clientWire(t testing.TB) wire {
	t.Helper()
	l := listenRaw(t)
	c := listenClient(t, l.Addr().String())
	begun := time.Now()
	a := dialRaw(t, c.Addr())
	return wire{a: a, b: acceptFrom(t, l), ab: c.Up, ba: c.Down, dialled: begun}
}

func peerWire(t testing.TB) wire {
	t.Helper()
	l := listenRaw(t)
	n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": l.Addr().String()})
	begun := time.Now()
	a := connect(t, n, "n1", "n2")
	b := acceptFrom(t, l)
	return wire{a: a, b: b, ab: linkOf(t, n, "n1", "n2"), ba: linkOf(t, n, "n2", "n1"), dialled: begun}
}

// connect dials one member as another.
func connect(t testing.TB, n *network.PeerNetwork, from, to string) *net.TCPConn {
	t.Helper()
	c := dialRaw(t, n.Addr())
	write(t, c, hello+login(from)+connectTo(network.PeerHost(to), network.PeerPort))
	if got := read(t, c, 14); got != welcome+granted+answer(0) {
		t.Fatalf("%s dials %s: answered % x", from, to, got)
	}
	return c
}

// The parts of a SOCKS5 handshake, as RFC 1928 and RFC 1929 write them.
const (
	hello   = "\x05\x02\x00\x02" // no authentication, or user name and password
	welcome = "\x05\x02"
	granted = "\x01\x00"
)

func login(user string) string { return "\x01" + counted(user) + counted("x") }

func connectTo(host string, port int) string {
	return "\x05\x01\x00\x03" + counted(host) + string([]byte{byte(port >> 8), byte(port)})
}

func counted(s string) string { return string([]byte{byte(len(s))}) + s }

func answer(code byte) string {
	return "\x05" + string([]byte{code}) + "\x00\x01\x00\x00\x00\x00\x00\x00"
}

func write(t testing.TB, c net.Conn, s string) {
	t.Helper()
	if _, err := io.WriteString(c, s); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, c net.Conn, n int) string {
	t.Helper()
	b := make([]byte, n)
	c.SetReadDeadline(time.Now().Add(patience))
	if n, err := io.ReadFull(c, b); err != nil {
		t.Fatalf("read %q, then %v", b[:n], err)
	}
	return string(b)
}

// readEnd reads what is left of a stream and how it ended: nil for a clean end.
func readEnd(c net.Conn) (string, error) {
	c.SetReadDeadline(time.Now().Add(patience))
	b, err := io.ReadAll(c)
	return string(b), err
}

// unread is the number of bytes that have arrived at a socket and were not read.
func unread(t testing.TB, c *net.TCPConn) int {
	t.Helper()
	var n int
	var err error
	control(t, c, func(fd int) { n, err = unix.IoctlGetInt(fd, unix.TIOCINQ) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// ended tells whether the end of the stream or a reset has arrived at a socket.
func ended(t testing.TB, c *net.TCPConn) bool {
	t.Helper()
	var polled []unix.PollFd
	control(t, c, func(fd int) {
		polled = []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
		for {
			if _, err := unix.Poll(polled, 0); err != unix.EINTR {
				return
			}
		}
	})
	return polled[0].Revents&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0
}

func control(t testing.TB, c *net.TCPConn, f func(fd int)) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { f(int(fd)) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

// converse exchanges some messages from b to a, as proof that this direction is open and the other side is alive.
func (w wire) converse(t testing.TB) {
	t.Helper()
	for range 100 {
		write(t, w.b, "!")
		if got := read(t, w.a, 1); got != "!" {
			t.Fatalf("read %q", got)
		}
	}
}
