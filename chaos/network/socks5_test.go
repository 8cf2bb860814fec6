package network_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"aftershock/chaos/network"
)

func TestRefusals(t *testing.T) {
	noneLeft(t)
	target := listenRaw(t)
	n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": target.Addr().String()})
	const denied, unacceptable = "\x01\x01", "\x05\xff"
	n2 := connectTo("n2.peer", 2380)
	for i, c := range []struct{ name, send, answer, source, target, reason string }{
		{"SOCKS4", "\x04\x01\x00\x50\x7f\x00\x00\x01\x00", unacceptable, "", "", "SOCKS version 4 (allowed: 5)"},
		{"no method", "\x05\x00", unacceptable, "", "", "authentication methods  (allowed: 02"},
		{"no authentication", "\x05\x01\x00" + n2, unacceptable, "", "", "authentication methods 00 (allowed: 02"},
		{"authentication version", hello + "\x02\x02n1\x01x", welcome + denied, "", "", "authentication version 2"},
		{"unknown source", hello + login("n7") + n2, welcome + denied, "n7", "",
			`unknown member "n7"; did you mean "n1"? (allowed: n1, n2)`},
		{"empty source", hello + login("") + n2, welcome + denied, "", "", `unknown member ""`},
		{"unknown target", hello + login("n1") + connectTo("n3.peer", 2380), welcome + granted + answer(4),
			"n1", "n3.peer:2380", `unknown host "n3.peer"; did you mean "n1.peer"? (allowed: n1.peer, n2.peer)`},
		{"foreign target", hello + login("n1") + connectTo("example.com", 443), welcome + granted + answer(4),
			"n1", "example.com:443", `unknown host "example.com" (allowed`},
		{"bare member", hello + login("n1") + connectTo("n2", 2380), welcome + granted + answer(4),
			"n1", "n2:2380", `unknown host "n2"`},
		{"port", hello + login("n1") + connectTo("n2.peer", 2379), welcome + granted + answer(2),
			"n1", "n2.peer:2379", "port 2379 of n2.peer (allowed: 2380)"},
		{"itself", hello + login("n1") + connectTo("n1.peer", 2380), welcome + granted + answer(2),
			"n1", "n1.peer:2380", "member n1 has no link to itself"},
		{"BIND", hello + login("n1") + strings.Replace(n2, "\x05\x01", "\x05\x02", 1), welcome + granted + answer(7),
			"n1", "n2.peer:2380", "command 2 (allowed: 1, CONNECT)"},
		{"UDP", hello + login("n1") + strings.Replace(n2, "\x05\x01", "\x05\x03", 1), welcome + granted + answer(7),
			"n1", "n2.peer:2380", "command 3 (allowed: 1, CONNECT)"},
		{"IPv4", hello + login("n1") + "\x05\x01\x00\x01\x7f\x00\x00\x01\x09\x4c", welcome + granted + answer(8),
			"n1", "127.0.0.1:2380", "address 127.0.0.1:2380 (allowed: host names of members)"},
		{"IPv6", hello + login("n1") + "\x05\x01\x00\x04" + strings.Repeat("\x00", 15) + "\x01\x09\x4c",
			welcome + granted + answer(8), "n1", "[::1]:2380", "address [::1]:2380 (allowed: host names of members)"},
		{"address type", hello + login("n1") + "\x05\x01\x00\x02\x00\x00", welcome + granted + answer(8),
			"n1", "", "address type 2"},
		{"empty host", hello + login("n1") + connectTo("", 2380), welcome + granted + answer(1),
			"n1", "", "malformed request"},
		{"reserved byte", hello + login("n1") + strings.Replace(n2, "\x01\x00", "\x01\x07", 1),
			welcome + granted + answer(1), "n1", "n2.peer:2380", "reserved byte 7"},
		{"request version", hello + login("n1") + "\x04" + n2[1:], welcome + granted + answer(1),
			"n1", "n2.peer:2380", "version 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := dialRaw(t, n.Addr())
			write(t, conn, c.send)
			if got, err := readEnd(conn); got != c.answer || err != nil {
				t.Errorf("answered % x, %v, want % x", got, err, c.answer)
			}
			list, total := n.Refused()
			if total != i+1 || len(list) != i+1 {
				t.Fatalf("%d refusals recorded, %d counted, want %d", len(list), total, i+1)
			}
			got := list[i]
			if got.Source != c.source || got.Target != c.target || !strings.Contains(got.Reason, c.reason) || got.At == 0 {
				t.Errorf("recorded %+v, want %q to %q because of %q", got, c.source, c.target, c.reason)
			}
		})
	}
	connect(t, n, "n1", "n2") // the first connection that the target sees is a good one
	acceptFrom(t, target)
	if got := linkOf(t, n, "n1", "n2").Forwarded(); got != 0 {
		t.Errorf("refused connections have forwarded %d bytes", got)
	}
}

func TestRefusalsKeptAreBounded(t *testing.T) {
	noneLeft(t)
	n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1"})
	for i := range 100 {
		c := dialRaw(t, n.Addr())
		write(t, c, hello+login(fmt.Sprint("stranger", i)))
		readEnd(c)
		c.Close()
	}
	list, total := n.Refused()
	if total != 100 || len(list) != 64 || list[0].Source != "stranger0" {
		t.Errorf("%d refusals counted, %d kept, the first from %q", total, len(list), list[0].Source)
	}
}

func TestDiallerThatGoesAwayIsNoRefusal(t *testing.T) {
	noneLeft(t)
	n := must[*network.PeerNetwork](t)(network.Listen(map[string]string{"n1": "127.0.0.1:1"}))
	handshake := hello + login("n1") + connectTo("n1.peer", 2380)
	for i := range len(handshake) {
		c := dialRaw(t, n.Addr())
		write(t, c, handshake[:i])
		c.CloseWrite()
		readEnd(c) // until the proxy has given up, too
		c.Close()
	}
	n.Close()
	if list, total := n.Refused(); total != 0 {
		t.Errorf("%d refusals: %+v", total, list)
	}
}

func TestStalledHandshakeIsTimedOut(t *testing.T) {
	noneLeft(t)
	n := must[*network.PeerNetwork](t)(network.ListenHandshake(map[string]string{"n1": "127.0.0.1:1"}, 1e6))
	t.Cleanup(n.Close)
	c := dialRaw(t, n.Addr())
	if _, err := readEnd(c); err != nil {
		t.Errorf("the proxy did not hang up: %v", err)
	}
	list, total := n.Refused()
	if total != 1 || list[0].Reason != "handshake not finished within 1ms" {
		t.Errorf("%d refusals: %+v", total, list)
	}
}

// canned is a dialler that has said all it has to say.
type canned struct {
	io.Reader
	bytes.Buffer
}

func (c *canned) Read(b []byte) (int, error) { return c.Reader.Read(b) }

// FuzzHandshake checks that a handshake is accepted only when it is, byte for byte, the one that the accepted request
// would be written as; that the answers are those of the RFCs; and that it does not matter in what pieces it arrives.
func FuzzHandshake(f *testing.F) {
	good := hello + login("n1") + connectTo("n2.peer", 2380)
	for _, s := range []string{
		"", "\x05", good, good + "GET / HTTP/1.1\r\n", "\x04" + good[1:], "\x05\x01\x00", hello + login("stranger"),
		hello + login("n1") + "\x05\x01\x00\x01\x7f\x00\x00\x01\x09\x4c",
		hello + login("n1") + "\x05\x02\x00\x03\x00\x00\x00",
		hello + login("n1") + "\x05\x01\x00\x04" + strings.Repeat("\x00", 18),
	} {
		f.Add([]byte(s))
	}
	admit := func(user string) error {
		if user == "n1" || user == "n2" {
			return nil
		}
		return fmt.Errorf("stranger %q", user)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := bytes.NewReader(data)
		rw := &canned{Reader: in}
		user, host, port, refusal, err := network.Negotiate(rw, admit)
		if err != nil {
			checkRefusal(t, rw.String(), string(refusal))
		} else {
			checkAccepted(t, string(data[:len(data)-in.Len()]), user, host, int(port))
			if rw.String() != welcome+granted {
				t.Fatalf("answered % x", rw.String())
			}
		}
		slow := &canned{Reader: iotest.OneByteReader(bytes.NewReader(data))}
		user2, host2, port2, refusal2, err2 := network.Negotiate(slow, admit)
		if user != user2 || host != host2 || port != port2 || (err == nil) != (err2 == nil) ||
			!bytes.Equal(refusal, refusal2) || slow.String() != rw.String() {
			t.Fatalf("byte by byte: %q %q %d %v, at once: %q %q %d %v", user2, host2, port2, err2, user, host, port, err)
		}
	})
}

// checkAccepted compares what was consumed with the handshake written again; methods and password are free.
func checkAccepted(t *testing.T, consumed, user, host string, port int) {
	t.Helper()
	if user != "n1" && user != "n2" || host == "" || len(consumed) < 2 {
		t.Fatalf("accepted %q to %q after % x", user, host, consumed)
	}
	methods, rest := consumed[2:2+int(consumed[1])], consumed[2+int(consumed[1]):]
	auth := "\x01" + counted(user)
	if consumed[0] != 5 || !strings.Contains(methods, "\x02") || !strings.HasPrefix(rest, auth) {
		t.Fatalf("accepted the greeting and login % x", consumed)
	}
	rest = rest[len(auth):]
	if got := rest[1+int(rest[0]):]; got != connectTo(host, port) {
		t.Fatalf("accepted % x as a request for %s:%d", got, host, port)
	}
}

// checkRefusal checks that each refusal comes in the phase that it belongs to. An empty one: the dialler went away.
func checkRefusal(t *testing.T, answered, refusal string) {
	t.Helper()
	ok := false
	switch answered {
	case "":
		ok = refusal == "" || refusal == "\x05\xff"
	case welcome:
		ok = refusal == "" || refusal == "\x01\x01"
	case welcome + granted:
		ok = refusal == "" || refusal == answer(1) || refusal == answer(7) || refusal == answer(8)
	}
	if !ok {
		t.Fatalf("answered % x and then refused with % x", answered, refusal)
	}
}
