package main

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
)

// names is a resolver that knows some names.
func names(known map[string][]string) resolver {
	return func(_ context.Context, _, host string) (all []netip.Addr, err error) {
		for _, a := range known[host] {
			all = append(all, netip.MustParseAddr(a))
		}
		if len(all) == 0 {
			return nil, errors.New("no such host")
		}
		return all, nil
	}
}

func TestNamesOfEndpointsLeadToThisMachine(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	known := names(map[string][]string{
		"localhost": {"127.0.0.1", "127.0.0.2"}, "six": {"::1"}, "mapped": {"::ffff:127.0.0.1"},
		"far": {"192.0.2.1"}, "both": {"127.0.0.1", "192.0.2.1"},
	})
	for given, want := range map[string]string{
		"http://localhost:" + port: "http://127.0.0.2:" + port, // the one that answers
		"https://six:1":            "https://[::1]:1",
		"http://mapped:1/":         "http://127.0.0.1:1/",
		"http://127.0.0.1:1":       "http://127.0.0.1:1",
		"http://[::1]:1":           "http://[::1]:1",
		"http://user:secret@x:1":   "http://user:secret@x:1", // for the check of endpoints
		"http://x":                 "http://x",
		"::":                       "::",
	} {
		var said strings.Builder
		f := externalFlags{endpoints: []string{given}}
		if err := f.resolveNames(t.Context(), known, &said); err != nil || f.endpoints[0] != want {
			t.Errorf("%s became %s, %v", given, f.endpoints[0], err)
		}
		if told := strings.Contains(said.String(), "endpoint "+given+": "); told != (given != want) {
			t.Errorf("%s: %q", given, said.String())
		}
	}
	for given, want := range map[string]string{
		"http://far:1":      `endpoint "http://far:1": far is at 192.0.2.1, and load and faults only ever hit loopback addresses`,
		"http://both:1":     "both is at 127.0.0.1, 192.0.2.1",
		"http://gone:1":     "gone has no address: no such host; give the address itself",
		"http://six:999999": `"999999" is not a port`,
	} {
		f := externalFlags{endpoints: []string{given}}
		if err := f.resolveNames(t.Context(), known, &strings.Builder{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", given, err)
		}
	}
}

// localhost is what people write, and leads here wherever tests run.
func TestLocalhostIsTaken(t *testing.T) {
	code, stdout, stderr := aftershock(externalAt("http://localhost:1", "testdata/theirs.yaml", t.TempDir())...)
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, "connection refused") ||
		!strings.Contains(stderr, "localhost is on this machine, and is reached at ") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}
