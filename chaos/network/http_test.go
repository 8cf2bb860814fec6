package network_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/network"
)

// member is n2, as etcd is one for its peers: /stream answers with a body that goes on, /post takes one.
type member struct {
	stream chan string // what the body of /stream says next
	posted chan string // what came by /post
}

func (m member) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/stream":
		for {
			http.NewResponseController(w).Flush()
			select {
			case s := <-m.stream:
				io.WriteString(w, s)
			case <-r.Context().Done():
				return
			}
		}
	case "/post":
		body, _ := io.ReadAll(r.Body)
		m.posted <- string(body)
		io.WriteString(w, "thanks")
	}
}

// serve starts n2 and gives the network and what n1 dials it with, as etcd does: net/http over the proxy.
func (m member) serve(t *testing.T, scheme string) (*network.PeerNetwork, *http.Client) {
	t.Helper()
	s := httptest.NewUnstartedServer(m)
	transport := &http.Transport{}
	if scheme == "https" {
		cert, roots := certificate(t)
		s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	n := listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": s.Listener.Addr().String()})
	transport.Proxy = http.ProxyURL(must[*url.URL](t)(url.Parse(n.ProxyURL("n1"))))
	t.Cleanup(transport.CloseIdleConnections)
	return n, &http.Client{Transport: transport, Timeout: patience}
}

// certificate makes a self-signed one for n2.peer.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		DNSNames:     []string{network.PeerHost("n2")},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	der := must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	roots := x509.NewCertPool()
	roots.AddCert(must[*x509.Certificate](t)(x509.ParseCertificate(der)))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// With n2 -> n1 cut, what n2 says on the stream that n1 dialled stalls, and what n1 posts to n2 arrives.
func TestHTTPThroughOneWayCut(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			noneLeft(t)
			m := member{stream: make(chan string), posted: make(chan string, 1)}
			n, client := m.serve(t, scheme)
			base := network.PeerURL(scheme, "n2")
			stream := must[*http.Response](t)(client.Get(base + "/stream"))
			defer stream.Body.Close()
			m.stream <- "one"
			expect(t, stream.Body, "one")
			postAndKeep(t, client, base, m.posted)

			back := linkOf(t, n, "n2", "n1")
			back.Cut()
			m.stream <- "two"
			await(t, "the stream is held", func() bool { return back.Waiting() > 0 })
			before := back.Forwarded()
			thanked := make(chan struct{})
			go func() { post(t, client, base, "second"); close(thanked) }()
			if got := receive(t, "the post", m.posted); got != "second" {
				t.Errorf("posted %q", got)
			}
			if got := back.Forwarded(); got != before {
				t.Errorf("%s passed %d bytes while it was cut", back, got-before)
			}
			back.Heal()
			expect(t, stream.Body, "two")
			receive(t, "the answer to the post", thanked)
			if list, total := n.Refused(); total != 0 {
				t.Errorf("%d refusals: %+v", total, list)
			}
		})
	}
}

// A member that is dialled by its address is the same, and all other addresses are none.
func TestHTTPByAddress(t *testing.T) {
	noneLeft(t)
	m := member{stream: make(chan string), posted: make(chan string, 1)}
	n, client := m.serve(t, "http")
	post(t, client, network.PeerAddressURL("http", "n2"), "by address")
	if got := receive(t, "the post", m.posted); got != "by address" {
		t.Errorf("posted %q", got)
	}
	if _, err := client.Get(network.PeerAddressURL("http", "n3")); err == nil {
		t.Error("an address of no member was reached")
	}
	if list, total := n.Refused(); total != 1 || !strings.Contains(list[0].Reason, "unknown host") {
		t.Errorf("%d refusals: %+v", total, list)
	}
}

func TestHTTPUnknownTarget(t *testing.T) {
	noneLeft(t)
	n, client := member{}.serve(t, "http")
	_, err := client.Get(network.PeerURL("http", "n3"))
	if err == nil || !strings.Contains(err.Error(), "host unreachable") {
		t.Errorf("dialling n3: %v", err)
	}
	if list, total := n.Refused(); total != 1 || list[0].Source != "n1" || list[0].Target != "n3.peer:2380" {
		t.Errorf("%d refusals: %+v", total, list)
	}
}

// postAndKeep posts until a connection is left open for the next post. net/http closes one of which it has not seen for
// 50 ms that the request was written, even when the answer is there (maxWriteWaitBeforeConnReuse, Go 1.26.8).
func postAndKeep(t *testing.T, client *http.Client, base string, posted <-chan string) {
	t.Helper()
	for kept := false; !kept && !t.Failed(); {
		trace := &httptrace.ClientTrace{PutIdleConn: func(err error) { kept = err == nil }}
		postIn(httptrace.WithClientTrace(t.Context(), trace), t, client, base, "first")
		receive(t, "the post", posted)
	}
}

func post(t *testing.T, client *http.Client, base, body string) {
	t.Helper()
	postIn(t.Context(), t, client, base, body)
}

func postIn(ctx context.Context, t *testing.T, client *http.Client, base, body string) {
	t.Helper()
	ask, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/post", strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return
	}
	r, err := client.Do(ask)
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Body.Close()
	if got, err := io.ReadAll(r.Body); string(got) != "thanks" || err != nil {
		t.Errorf("answered %q, %v", got, err)
	}
}

func expect(t *testing.T, r io.Reader, want string) {
	t.Helper()
	b := make([]byte, len(want))
	if _, err := io.ReadFull(r, b); err != nil || string(b) != want {
		t.Errorf("read %q, %v, want %q", b, err, want)
	}
}

// TLS is nothing to a link but bytes, of which none may be lost, changed or moved.
func TestHTTPUnderShapes(t *testing.T) {
	noneLeft(t)
	m := member{stream: make(chan string), posted: make(chan string, 1)}
	n, client := m.serve(t, "https")
	for seed, direction := range [][2]string{{"n1", "n2"}, {"n2", "n1"}} {
		shape(t, linkOf(t, n, direction[0], direction[1]), network.Shape{
			Latency: time.Millisecond, Jitter: time.Millisecond, Rate: 20 << 20, Start: 1 << 20, Doubling: 10 * time.Millisecond,
			Seed: uint64(seed),
		})
	}
	body := strings.Repeat("0123456789", 50_000)
	post(t, client, network.PeerURL("https", "n2"), body)
	if got := receive(t, "the post", m.posted); got != body {
		t.Errorf("%d bytes posted, or not those that were sent", len(got))
	}
	if there := linkOf(t, n, "n1", "n2"); there.Throttled() <= 0 {
		t.Errorf("%s was not throttled", there)
	}
}
