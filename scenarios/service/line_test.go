package service

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
)

// opened is a sender with one connection, over which a request has been answered.
func opened(t *testing.T, url string) *lines {
	t.Helper()
	l := newLines(UsualLimits.Answer)
	t.Cleanup(l.close)
	if err := l.send(0, message{method: "GET", url: url}, inTime, func(int, []byte) {}); err != nil {
		t.Fatal(err)
	}
	return l
}

// What can be begun over a connection that is open is sent once, and its answer comes back.
func TestBegin(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s", r.Method, body)
	}))
	defer server.Close()
	l := opened(t, server.URL)
	for _, m := range []message{{method: "GET"}, {method: "HEAD"}, {method: "POST", body: "x"}} {
		m.url = server.URL
		got := make(chan string, 1)
		if !l.begin(0, m, inTime, func(_ int, body []byte) { got <- string(body) }, func(error) { close(got) }) {
			t.Fatalf("%s was not begun", m.method)
		}
		want := m.method + " " + m.body
		if m.method == "HEAD" {
			want = ""
		}
		if said := <-got; said != want {
			t.Errorf("%s was answered %q, want %q", m.method, said, want)
		}
		for range got { // until it has ended
		}
	}
}

func TestWhatIsNotBegun(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	defer elsewhere.Close()
	l := opened(t, server.URL)
	get := message{method: "GET", url: server.URL}
	for name, begin := range map[string]func(ended func(error)) bool{
		"another worker": func(ended func(error)) bool { return l.begin(1, get, inTime, nil, ended) },
		"too late":       func(ended func(error)) bool { return l.begin(0, get, 0, nil, ended) },
		"another host": func(ended func(error)) bool {
			return l.begin(0, message{method: "GET", url: elsewhere.URL}, inTime, nil, ended)
		},
	} {
		if begin(func(error) { t.Errorf("%s: it ended", name) }) {
			t.Errorf("%s: it was begun", name)
		}
	}
}

// A request that is too long to be begun is the worker's, and so are all after it.
func TestALongRequestIsNotBegun(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for name, r := range map[string]Request{
		"plain":    {Method: "PUT", URL: server.URL, Body: strings.Repeat("x", mostBegun+1)},
		"template": {Method: "PUT", URL: server.URL, Body: "{{.N}}" + strings.Repeat("x", mostBegun)},
	} {
		c, err := newCaller(r, 0, opened(t, server.URL), 1, counts{})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 2 {
			op := load.Op{N: n, Deadline: clock.Now().Add(inTime)}
			if c.begin(&op, func() { t.Errorf("%s: it ended", name) }) {
				t.Errorf("%s: request %d was begun", name, n)
			}
		}
	}
}

// A service that stands still and takes no bytes makes a large request late, and nothing worse.
func TestALargeRequestThatIsNotTakenIsLate(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	url := raw(t, func(int, net.Conn) { <-over })
	large := message{method: "PUT", url: url, body: strings.Repeat("x", 16<<20)}
	for range 20 {
		l := newLines(UsualLimits.Answer)
		err := l.send(0, large, 20*time.Millisecond, func(int, []byte) { t.Error("it was answered") })
		if l.close(); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("%v, want %v", err, context.DeadlineExceeded)
		}
	}
}

// A request that is begun and never answered ends when its time is over.
func TestWhatWasBegunEndsInTime(t *testing.T) {
	url := raw(t, func(_ int, c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			_, _ = io.Copy(io.Discard, c)
		}
	})
	l := opened(t, url)
	ended := make(chan error, 1)
	if !l.begin(0, message{method: "GET", url: url}, 20*time.Millisecond, nil, func(err error) { ended <- err }) {
		t.Fatal("it was not begun")
	}
	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want %v", err, context.DeadlineExceeded)
	}
}

// The time of one request may run out while its connection is idle, or carries the next one.
func TestAnOldDeadlineEndsNothing(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	get := message{method: "GET", url: server.URL}
	for within := 30 * time.Millisecond; within < inTime; within *= 2 {
		l := opened(t, server.URL)
		first := l.at(0)
		if l.send(0, get, within, func(int, []byte) {}) != nil {
			continue // the machine was too busy to answer in that time
		}
		for resting := false; !resting; time.Sleep(time.Millisecond) {
			first.mu.Lock()
			resting = first.resting || first.gone
			first.mu.Unlock()
		}
		if err := l.send(0, get, inTime, func(int, []byte) {}); err != nil || l.at(0) != first {
			t.Errorf("%v; a connection that was idle for %v was given up", err, within)
		}
		return
	}
	t.Error("no request was answered")
}

// A service may answer before it has read all of a request. What is left of that request goes nowhere else.
func TestAnAnswerBeforeTheRequestIsRead(t *testing.T) {
	over := make(chan bool)
	defer close(over)
	url := raw(t, func(_ int, c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			fmt.Fprint(c, "HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\n\r\n")
			<-over
		}
	})
	l := newLines(UsualLimits.Answer)
	defer l.close()
	large := message{method: "PUT", url: url, body: string(bytes.Repeat([]byte("x"), 64<<20))}
	for range 3 {
		status := 0
		if err := l.send(0, large, inTime, func(as int, _ []byte) { status = as }); err != nil || status != 413 {
			t.Errorf("answered %d, %v", status, err)
		}
	}
}
