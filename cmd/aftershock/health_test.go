package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"aftershock/harness/live/web"
)

// The health of a run that answers is ok. What does not answer, and what is no run, is not.
func TestHealth(t *testing.T) {
	run, err := web.Listen(web.Options{Address: "127.0.0.1:0"})
	mustDo(t, err)
	if code, stdout, stderr := aftershock("health", "--serve", run.Address()); code != exitOK || stdout != "ok\n" {
		t.Errorf("of a run: %d %q %q", code, stdout, stderr)
	}
	now, cancel := context.WithCancel(context.Background())
	cancel()
	mustDo(t, run.Close(now))
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	for _, c := range []struct {
		address string
		code    int
		want    string
	}{
		{run.Address(), exitFailure, "connection refused"},
		{strings.TrimPrefix(other.URL, "http://"), exitFailure, "is no run of aftershock: 404"},
		{"example.org:80", exitUsage, "allowed: an IP address, or localhost"},
	} {
		if code, stdout, stderr := aftershock("health", "--serve", c.address); code != c.code || stdout != "" ||
			!strings.Contains(stderr, c.want) {
			t.Errorf("%s: %d %q %q", c.address, code, stdout, stderr)
		}
	}
}
