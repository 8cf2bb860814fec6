package network_test

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"aftershock/chaos/network"
)

func TestMembersAreChecked(t *testing.T) {
	noneLeft(t)
	n := trio(t)
	if err := n.AddMember("n4", "127.255.0.9:2380"); err != nil {
		t.Fatal(err)
	}
	linkOf(t, n, "n4", "n1")
	linkOf(t, n, "n1", "n4")
	_, unknownFrom := n.Link("n44", "n1")
	_, unknownTo := n.Link("n1", "m2")
	_, listen := network.Listen(map[string]string{"n1": "10.0.0.1:2380"})
	_, nowhere := network.ListenClient("c1", "n1", "")
	_, client := network.ListenClient("c1", "n1", "example.com:2379")
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"a member again", n.AddMember("n1", "127.0.0.1:1"), "member n1 exists already; SetAddress moves it"},
		{"a name with capitals", n.AddMember("N5", "127.0.0.1:1"), `member name "N5" (allowed: `},
		{"a name with a dot", n.AddMember("n5.peer", "127.0.0.1:1"), `member name "n5.peer" (allowed: `},
		{"a name with a hyphen in front", n.AddMember("-n5", "127.0.0.1:1"), `member name "-n5" (allowed: `},
		{"no name", n.AddMember("", "127.0.0.1:1"), `member name "" (allowed: `},
		{"a long name", n.AddMember(strings.Repeat("n", 64), "127.0.0.1:1"), "1 to 63"},
		{"another host", n.AddMember("n5", "192.0.2.1:2380"), `member n5: cannot forward to "192.0.2.1:2380" (allowed: `},
		{"all interfaces", n.AddMember("n5", "0.0.0.0:2380"), "cannot forward"},
		{"another host, mapped", n.AddMember("n5", "[::ffff:10.0.0.1]:2380"), "cannot forward"},
		{"a host name", n.AddMember("n5", "localhost:2380"), "cannot forward"},
		{"no port", n.AddMember("n5", "127.0.0.1"), "cannot forward"},
		{"port 0", n.AddMember("n5", "127.0.0.1:0"), "cannot forward"},
		{"a move elsewhere", n.SetAddress("n1", "192.0.2.1:2380"), "member n1: cannot forward"},
		{"a move of no member", n.SetAddress("n7", "127.0.0.1:1"), `unknown member "n7"; did you mean`},
		{"a link from no member", unknownFrom, `unknown member "n44"; did you mean "n4"? (allowed: n1, n2, n3, n4)`},
		{"a link to no member", unknownTo, `unknown member "m2"; did you mean`},
		{"a network elsewhere", listen, "cannot forward"},
		{"a client of nowhere", nowhere, `client link c1 -> n1: cannot forward to ""`},
		{"a client elsewhere", client, `client link c1 -> n1: cannot forward to "example.com:2379"`},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, c.err, c.want)
		}
	}
}

func TestAddresses(t *testing.T) {
	noneLeft(t)
	n := trio(t)
	if got, want := n.ProxyURL("n1"), "socks5://n1:x@"+n.Addr(); got != want {
		t.Errorf("ProxyURL: %s, want %s", got, want)
	}
	if got := network.PeerURL("https", "n2"); got != "https://n2.peer:2380" {
		t.Errorf("PeerURL: %s", got)
	}
	one, two := network.PeerAddress("n1"), network.PeerAddress("n2")
	if one == two || !netip.MustParsePrefix("100::/64").Contains(two) {
		t.Errorf("PeerAddress: %s and %s", one, two)
	}
	if got, want := network.PeerAddressURL("http", "n2"), "http://["+two.String()+"]:2380"; got != want {
		t.Errorf("PeerAddressURL: %s, want %s", got, want)
	}
}

// The dial waits at the cut link, and goes to where the member listens when it arrives.
func TestDialIsHeldWhileCut(t *testing.T) {
	for _, cut := range []struct{ from, to string }{{"n1", "n2"}, {"n2", "n1"}} {
		t.Run(cut.from+" to "+cut.to, func(t *testing.T) {
			noneLeft(t)
			old, moved := listenRaw(t), listenRaw(t)
			n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": old.Addr().String(), "n3": "127.0.0.1:1"})
			linkOf(t, n, cut.from, cut.to).Cut()
			c := dialRaw(t, n.Addr())
			write(t, c, hello+login("n1"))
			read(t, c, 4)
			want := old
			if cut.from == "n1" { // nothing gets there before the heal, not even the SYN
				want = moved
				if err := n.SetAddress("n2", moved.Addr().String()); err != nil {
					t.Fatal(err)
				}
				old.Close()
			}
			write(t, c, connectTo("n2.peer", 2380)+"early")
			if cut.from == "n2" { // the SYN arrives, and the answer does not
				acceptFrom(t, want)
			}
			connectRefused(t, n, "n1", "n3") // by another link, as proof that the proxy is alive
			if got := unread(t, c); got != 0 {
				t.Errorf("%d bytes of an answer while %s -> %s is cut", got, cut.from, cut.to)
			}
			linkOf(t, n, cut.from, cut.to).Heal()
			if got := read(t, c, 10); got != answer(0) {
				t.Errorf("answered % x", got)
			}
			if cut.from == "n1" {
				if got := read(t, acceptFrom(t, want), 5); got != "early" {
					t.Errorf("read %q", got)
				}
			}
		})
	}
}

func connectRefused(t *testing.T, n *network.PeerNetwork, from, to string) {
	t.Helper()
	c := dialRaw(t, n.Addr())
	write(t, c, hello+login(from)+connectTo(network.PeerHost(to), 2380))
	if got, err := readEnd(c); got != welcome+granted+answer(5) || err != nil {
		t.Errorf("%s dials %s, which is down: answered % x, %v", from, to, got, err)
	}
}

func TestMemberThatIsDownRefusesByItself(t *testing.T) {
	noneLeft(t)
	n := trio(t)
	connectRefused(t, n, "n1", "n2")
	if err := n.AddMember("n4", ""); err != nil { // does not listen yet
		t.Fatal(err)
	}
	connectRefused(t, n, "n1", "n4")
	l := listenRaw(t)
	if err := n.SetAddress("n4", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	connect(t, n, "n1", "n4")
	if err := n.SetAddress("n4", ""); err != nil {
		t.Fatal(err)
	}
	connectRefused(t, n, "n1", "n4")
	if list, total := n.Refused(); total != 0 {
		t.Errorf("%d refusals: %+v", total, list)
	}

	c := listenClient(t, "127.0.0.1:1")
	conn, err := net.Dial("tcp", c.Addr())
	if err == nil {
		defer conn.Close()
		_, err = readEnd(conn)
	}
	if !errors.Is(err, unix.ECONNRESET) {
		t.Errorf("a client of a member that is down got %v, want a reset", err)
	}
}

func TestAddressChange(t *testing.T) {
	noneLeft(t)
	first, second := listenRaw(t), listenRaw(t)
	n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": first.Addr().String()})
	c := listenClient(t, first.Addr().String())
	connect(t, n, "n1", "n2")
	acceptFrom(t, first)
	dialRaw(t, c.Addr())
	acceptFrom(t, first)
	if err := n.SetAddress("n2", second.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if err := c.SetAddress(second.Addr().String()); err != nil {
		t.Fatal(err)
	}
	connect(t, n, "n1", "n2")
	acceptFrom(t, second)
	dialRaw(t, c.Addr())
	acceptFrom(t, second)
}

// Close ends connections in every state that they can be in, and leaves neither goroutine nor descriptor.
func TestCloseLeavesNothing(t *testing.T) {
	before := descriptors(t)
	t.Run("connections in all states", func(t *testing.T) {
		noneLeft(t)
		l := listenRaw(t)
		n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": l.Addr().String()})
		dialRaw(t, n.Addr()) // says nothing
		connect(t, n, "n1", "n2").CloseWrite()
		acceptFrom(t, l)
		const many = 64
		var senders, receivers [many]*net.TCPConn
		for i := range many {
			senders[i], receivers[i] = connect(t, n, "n1", "n2"), acceptFrom(t, l)
		}
		link := linkOf(t, n, "n1", "n2")
		link.Cut()
		for _, c := range senders {
			write(t, c, "held")
		}
		await(t, "bytes are held", func() bool { return link.Waiting() == 4*many })
		late := dialRaw(t, n.Addr())
		write(t, late, hello+login("n1")+connectTo("n2.peer", 2380)) // held on its way
		read(t, late, 4)

		n.Close()
		if got := link.Waiting(); got != 0 {
			t.Errorf("Close has returned, and %d bytes still wait", got)
		}
		n.Close()
		for i := range many {
			if got, err := readEnd(receivers[i]); err == nil {
				t.Errorf("the receiver of lost bytes read %q and a clean end", got)
			}
			if _, err := readEnd(senders[i]); err == nil {
				t.Error("the sender of lost bytes read a clean end")
			}
		}
	})
	await(t, "no descriptor is left", func() bool { return descriptors(t) <= before })
}

func descriptors(t *testing.T) int {
	t.Helper()
	return len(must[[]os.DirEntry](t)(os.ReadDir("/proc/self/fd")))
}
