package cluster

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/chaos"
	"aftershock/internal/slow"
)

// secured is a cluster with TLS whose client "tenant" is pinned to n1.
func secured(t *testing.T, members int) (c *Processes, shape Config, address string) {
	t.Helper()
	shape = config(t, members)
	shape.TLS = true
	c = start(t, shape)
	address, err := c.Pin("tenant", "n1")
	if err != nil {
		t.Fatal(err)
	}
	return c, shape, address
}

// as is a client of the members, at one address, with the given files.
func as(t *testing.T, files *TLSFiles, address string) *control {
	t.Helper()
	through := newControl([]Endpoint{{Member: "n1", ClientURL: "https://" + address}})
	t.Cleanup(func() { through.close() })
	var err error
	if through.tls, err = files.Config(); err != nil {
		t.Fatal(err)
	}
	return through
}

func TestASecuredClusterServesThoseWhoShowACertificate(t *testing.T) {
	slow.Boots(t)
	c, _, address := secured(t, 3)
	if err := as(t, c.ClientTLS("tenant"), address).write(patience(t), "n1"); err != nil {
		t.Error(err)
	}
	if err := c.Handshake(patience(t), "tenant"); err != nil {
		t.Error(err)
	}
	for _, member := range c.Members() {
		for _, side := range []chaos.Side{chaos.Peers, chaos.Clients} {
			if serial, err := c.Serial(patience(t), member, side); err != nil || serial == "" {
				t.Errorf("%s shows its %s %q, %v", member, side, serial, err)
			}
		}
	}
	for _, e := range c.Endpoints() {
		response, err := http.Get(e.MetricsURL) // as who has no certificate
		if err != nil {
			t.Fatal(err)
		}
		page, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if !strings.HasPrefix(e.ClientURL, "https://") || !strings.Contains(string(page), "etcd_server_has_leader 1") {
			t.Errorf("%s at %s: %s", e.Member, e.ClientURL, page)
		}
	}
}

// No other client is let in, at either door.
func TestASecuredMemberRefusesWhoShowsNone(t *testing.T) {
	slow.Boots(t)
	c, _, _ := secured(t, 1)
	stranger := config(t, 1)
	stranger.TLS = true
	other, err := newAuthority(stranger)
	if err != nil {
		t.Fatal(err)
	}
	foreign := *other.files(administrator)
	foreign.Authority = c.authority.trusted() // trusts them, and is not trusted
	m := c.members["n1"]
	for door, address := range map[string]string{
		"clients": strings.TrimPrefix(m.config.ClientURL, "https://"), "peers": m.peerAddress,
	} {
		host, _, _ := net.SplitHostPort(address)
		if _, err := shakeHands(patience(t), address, host, &foreign); err == nil {
			t.Errorf("%s: a client with another authority's certificate was let in", door)
		}
		bare := &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}
		if connection, err := tls.Dial("tcp", address, bare); err == nil {
			connection.Close()
			t.Errorf("%s: a client without a certificate was let in", door)
		}
	}
}

// A member's two sides, its own dials and its clients all read their files anew.
func TestACertificateThatWasReplacedIsShownAtTheNextHandshake(t *testing.T) {
	slow.Boots(t)
	c, _, _ := secured(t, 1)
	for _, side := range []chaos.Side{chaos.Peers, chaos.Clients} {
		was, err := c.Serial(patience(t), "n1", side)
		if err != nil {
			t.Fatal(err)
		}
		issued, err := c.Reissue("n1", chaos.Valid)
		if err != nil {
			t.Fatal(err)
		}
		is, err := c.Serial(patience(t), "n1", side)
		if err != nil || is != issued || is == was {
			t.Errorf("%s: shown %s, issued %s, before it %s, %v", side, is, issued, was, err)
		}
	}
	if _, err := c.Reissue("n9", chaos.Valid); err == nil || !strings.Contains(err.Error(), `"n9"`) {
		t.Errorf("the certificate of an unknown holder was reissued: %v", err)
	}
	if _, err := c.Reissue("n1", "eternal"); err == nil || !strings.Contains(err.Error(), "valid, expired") {
		t.Errorf("a certificate without end was issued: %v", err)
	}
}

// What a client shows is seen by a server that asks for it.
func TestAClientShowsItsNewCertificate(t *testing.T) {
	slow.Boots(t)
	c, _, _ := secured(t, 1)
	config, err := c.ClientTLS("tenant").Config() // made once, as a client's is
	if err != nil {
		t.Fatal(err)
	}
	config.ServerName = "n1.peer"
	listener, shown := witness(t, c)
	var serials []string
	for range 2 {
		issued, err := c.Reissue("client.tenant", chaos.Valid)
		if err != nil {
			t.Fatal(err)
		}
		connection, err := tls.Dial("tcp", listener.Addr().String(), config)
		if err != nil {
			t.Fatal(err)
		}
		connection.Close()
		serial := <-shown
		if serials = append(serials, serial); serial != issued {
			t.Errorf("the client shows %s, issued was %s", serial, issued)
		}
	}
	if serials[0] == serials[1] {
		t.Errorf("two certificates have the serial %s", serials[0])
	}
}

// witness is a server with a member's certificate that tells what its clients show.
func witness(t *testing.T, c *Processes) (net.Listener, <-chan string) {
	t.Helper()
	config, err := c.authority.files("n1").info().ServerConfig()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	shown := make(chan string, 2)
	gone := make(chan struct{})
	t.Cleanup(func() { listener.Close(); <-gone })
	go func() {
		defer close(gone)
		for {
			accepted, err := listener.Accept()
			if err != nil {
				return
			}
			connection := accepted.(*tls.Conn)
			if err := connection.Handshake(); err != nil {
				shown <- err.Error()
			} else {
				shown <- serialOf(connection.ConnectionState().PeerCertificates[0])
			}
			connection.Close()
		}
	}()
	return listener, shown
}

func TestAnExpiredCertificateIsRefusedOnBothSides(t *testing.T) {
	slow.Boots(t)
	c, _, _ := secured(t, 1)
	issued, err := c.Reissue("n1", chaos.Expired)
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range []chaos.Side{chaos.Peers, chaos.Clients} {
		shown, err := c.Serial(patience(t), "n1", side)
		var invalid x509.CertificateInvalidError
		if !errors.As(err, &invalid) || invalid.Reason != x509.Expired || shown != issued {
			t.Errorf("%s: shown %s, issued %s, error %v", side, shown, issued, err)
		}
	}
	if _, err := c.Reissue("n1", chaos.Valid); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Reissue("client.tenant", chaos.Expired); err != nil {
		t.Fatal(err)
	}
	if err := c.Handshake(patience(t), "tenant"); err == nil ||
		!strings.Contains(err.Error(), tls.AlertError(45).Error()) {
		t.Errorf("a client with an expired certificate: %v", err)
	}
}

// Only their owner reads what was issued, and the authority's key was never written.
func TestKeysAreTheirOwnersAlone(t *testing.T) {
	slow.Boots(t)
	c, shape, _ := secured(t, 3)
	folder := filepath.Join(shape.DataRoot, authorityFolder)
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v", info.Mode(), err)
	}
	var keys int
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", path, info.Mode())
		}
		if text, _ := os.ReadFile(path); strings.Contains(string(text), "PRIVATE KEY") {
			keys++
		}
		return nil
	})
	if want := len(c.Members()) + 2; err != nil || keys != want {
		t.Errorf("%d keys, want those of %d members, a client and the administrator: %v", keys, len(c.Members()), err)
	}
}

func TestWithoutTLSThereAreNoCertificates(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	if _, err := c.Pin("tenant", "n1"); err != nil {
		t.Fatal(err)
	}
	_, reissue := c.Reissue("n1", chaos.Valid)
	_, serial := c.Serial(patience(t), "n1", chaos.Peers)
	for what, err := range map[string]error{"reissue": reissue, "serial": serial,
		"handshake": c.Handshake(patience(t), "tenant")} {
		if !errors.Is(err, errNoTLS) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if files := c.ClientTLS("tenant"); files != nil {
		t.Errorf("files %+v", files)
	}
}

func TestEmbeddedMembersAreSecuredToo(t *testing.T) {
	slow.Boots(t)
	shape := config(t, 3)
	shape.TLS = true
	e, err := StartEmbedded(patience(t), shape)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	address, err := e.Pin("tenant", "n1")
	if err != nil {
		t.Fatal(err)
	}
	if err := as(t, e.ClientTLS("tenant"), address).write(patience(t), "n1"); err != nil {
		t.Error(err)
	}
	if _, err := e.Reissue("n1", chaos.Valid); err == nil || !strings.Contains(err.Error(), "--cluster processes") {
		t.Errorf("an embedded member's certificate was reissued: %v", err)
	}
}
