package web_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/harness/live/web"
)

// Members are found by Prometheus under one address for the whole run, also between trials, and each hands on its own
// page. What asks for it stays here, the token above all.
func TestMembers(t *testing.T) {
	var asked []*http.Request
	member := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r)
		_, _ = w.Write([]byte("etcd_server_has_leader 1\n"))
	}))
	defer member.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	s := show(t, web.Options{})
	targets := func(want string) {
		t.Helper()
		if _, text := s.get("/targets"); text != want+"\n" {
			t.Errorf("got  %s\nwant %s", text, want)
		}
	}
	entry := func(path, name string) string {
		return `{"targets":["` + s.server.Address() + `"],"labels":{"__metrics_path__":"/members/` + path +
			`","member":"` + name + `","run":"run-1"}}`
	}
	targets("[]")
	s.begin()
	s.status = harness.Status{Trial: 1, Pages: map[string]string{
		"n2": gone.URL + "/metrics", "n1": member.URL + "/metrics", "a/b?c": member.URL,
	}}
	s.stream.Look()
	all := "[" + entry("a/b?c", "a/b?c") + "," + entry("n1", "n1") + "," + entry("n2", "n2") + "]"
	targets(all)
	r := s.request(http.MethodGet, "/members/n1?token=secret")
	r.Header.Set("Authorization", "Bearer secret")
	s.do(r)
	if len(asked) != 1 || asked[0].URL.String() != "/metrics" || asked[0].Header.Get("Authorization") != "" {
		t.Errorf("the member was asked %v", asked)
	}
	for path, want := range map[string]struct {
		code int
		text string
	}{
		"/members/n1":      {http.StatusOK, "etcd_server_has_leader 1\n"},
		"/members/a/b%3Fc": {http.StatusOK, "etcd_server_has_leader 1\n"},
		"/members/n2":      {http.StatusBadGateway, "the member does not answer\n"},
		"/members/n3":      {http.StatusServiceUnavailable, "no such member is up\n"},
	} {
		if code, text := s.get(path); code != want.code || text != want.text {
			t.Errorf("%s: %d %q, want %d %q", path, code, text, want.code, want.text)
		}
	}
	s.status = harness.Status{Trial: 2}
	s.stream.Look()
	targets(all)
	if code, _ := s.get("/members/n1"); code != http.StatusServiceUnavailable {
		t.Errorf("between trials: %d", code)
	}
}

// A member that asks for a certificate is shown that of the run, and is known by the name that the run expects.
func TestMembersBehindTLS(t *testing.T) {
	member := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "etcd_server_has_leader 1\n")
	}))
	member.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	member.Config.ErrorLog = log.New(io.Discard, "", 0) // whom it refuses
	member.StartTLS()
	defer member.Close()
	ours := &tls.Config{RootCAs: x509.NewCertPool(), Certificates: member.TLS.Certificates, ServerName: "example.com"}
	ours.RootCAs.AddCert(member.Certificate())
	bare, stranger := ours.Clone(), ours.Clone()
	bare.Certificates, stranger.ServerName = nil, "other.example"
	for name, c := range map[string]struct {
		with *tls.Config
		code int
	}{
		"ours": {ours, http.StatusOK}, "no certificate": {bare, http.StatusBadGateway},
		"another name": {stranger, http.StatusBadGateway},
	} {
		s := show(t, web.Options{Members: func(address string) *tls.Config {
			if "https://"+address != member.URL {
				t.Errorf("%s is dialled", address)
			}
			return c.with
		}})
		s.begin()
		s.status = harness.Status{Trial: 1, Pages: map[string]string{"n1": member.URL + "/metrics"}}
		s.stream.Look()
		if code, text := s.get("/members/n1"); code != c.code || strings.Contains(text, "1\n") != (code == http.StatusOK) {
			t.Errorf("%s: %d %q", name, code, text)
		}
	}
}
