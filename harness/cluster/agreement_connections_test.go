package cluster

import (
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/internal/slow"
)

// counted is a way to an endpoint that counts its connections.
func counted(t *testing.T, endpoint string) (way string, opened *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	t.Cleanup(func() { l.Close(); group.Wait() })
	opened = new(atomic.Int64)
	group.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			opened.Add(1)
			member, err := net.Dial("tcp", strings.TrimPrefix(endpoint, "http://"))
			if err != nil {
				client.Close()
				continue
			}
			group.Go(func() { pass(member, client) })
			group.Go(func() { pass(client, member) })
		}
	})
	return "http://" + l.Addr().String(), opened
}

// pass passes on what comes, until either end is gone.
func pass(to, from net.Conn) {
	defer to.Close()
	_, _ = io.Copy(to, from) // how a connection ends is for its ends to say
}

// A trial ends with a question to every member, and a run has many trials: none of them opens a connection for it.
func TestAnAgreementOpensNoConnection(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	way, opened := counted(t, c.Endpoints()[0].ClientURL)
	asking := newControl([]Endpoint{{Member: "n1", ClientURL: way}})
	t.Cleanup(func() {
		if err := asking.close(); err != nil {
			t.Error(err)
		}
	})
	if err := asking.warm(patience(t), []string{"n1"}); err != nil {
		t.Fatal(err)
	}
	before := opened.Load()
	for range 3 {
		if _, err := asking.agree(patience(t), []string{"n1"}, 5*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if after := opened.Load(); before != 1 || after != 1 {
		t.Errorf("%d connections, and %d after three agreements", before, after)
	}
}
