package service

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func senders(t testing.TB) map[string]sender {
	all := map[string]sender{
		"lines": newLines(UsualLimits.Answer), "standard": standard{newClient(1, nil), UsualLimits.Answer},
	}
	for _, s := range all {
		t.Cleanup(s.close)
	}
	return all
}

const inTime = time.Minute

// What a service is sent does not depend on what sends it.
func TestSendersSendAlike(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		h := r.Header
		fmt.Fprintf(w, "%s %s host=%s type=%q length=%d token=%s encoding=%q body=%s", r.Method, r.RequestURI, r.Host,
			h.Get("Content-Type"), r.ContentLength, h.Get("X-Token"), h.Get("Accept-Encoding"), body)
	}))
	defer server.Close()
	for _, m := range []message{
		{method: "GET", url: "/a//b/../c%2Fd?x=1&y=%20#f"},
		{method: "GET", url: "/", body: "asked with a body"},
		{method: "POST", url: "/", body: "{}", headers: [][2]string{{"content-type", "application/json"}}},
		{method: "POST", url: "/"},
		{method: "PUT", url: "/", body: "x", headers: [][2]string{{"host", "service.example"}, {"X-Token", "t"}}},
		{method: "DELETE", url: "/"},
	} {
		m.url = server.URL + m.url
		said := map[string]string{}
		for name, s := range senders(t) {
			err := s.send(0, m, inTime, func(status int, body []byte) {
				said[name] = fmt.Sprint(status, " ", string(body))
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if said["lines"] != said["standard"] {
			t.Errorf("lines    %s\nstandard %s", said["lines"], said["standard"])
		}
	}
}

func TestAnswersThatAreNotHandedOn(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/large":
			_, _ = w.Write(make([]byte, UsualLimits.Answer+1))
		case "/hangs":
			<-r.Context().Done()
		case "/half":
			w.Header().Set("Content-Length", "10")
			_, _ = w.Write([]byte("half"))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case "/elsewhere":
			http.Redirect(w, r, "/large", http.StatusFound)
		}
	}))
	defer server.Close()
	for _, c := range []struct {
		path   string
		within time.Duration
		want   error
	}{
		{"/large", inTime, errTooLarge}, {"/hangs", 50 * time.Millisecond, context.DeadlineExceeded},
		{"/half", 50 * time.Millisecond, context.DeadlineExceeded}, {"/", 0, context.DeadlineExceeded},
	} {
		for name, s := range senders(t) {
			err := s.send(0, message{method: "GET", url: server.URL + c.path}, c.within, func(int, []byte) {
				t.Errorf("%s: %s was answered", name, c.path)
			})
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %s: %v, want %v", name, c.path, err, c.want)
			}
		}
	}
	for name, s := range senders(t) {
		status := 0
		elsewhere := message{method: "GET", url: server.URL + "/elsewhere"}
		err := s.send(0, elsewhere, inTime, func(as int, _ []byte) { status = as })
		if status != http.StatusFound || err != nil {
			t.Errorf("%s: a redirect: %d, %v", name, status, err)
		}
		if err := s.send(0, message{method: "GET", url: "http://192.0.2.1/"}, inTime, nil); err == nil ||
			!strings.Contains(err.Error(), "is not on this machine") {
			t.Errorf("%s: another machine: %v", name, err)
		}
	}
}

// raw serves each connection by a function of its own.
func raw(t *testing.T, serve func(n int, c net.Conn)) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for n := 1; ; n++ {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(n, c)
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// A service that fails is given the rate and no more: a request is sent once, whatever becomes of it.
func TestARequestIsSentOnce(t *testing.T) {
	var asked atomic.Int64
	url := raw(t, func(_ int, c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			asked.Add(1)
		}
	})
	f := newLines(UsualLimits.Answer)
	defer f.close()
	for i := range 20 {
		if err := f.send(0, message{method: "GET", url: url}, inTime, nil); err == nil || asked.Load() != int64(i+1) {
			t.Fatalf("request %d: %v, sent %d times so far", i+1, err, asked.Load())
		}
	}
}

// A service may end a connection that waits for a next request, as one that is started again does. No request fails by
// that.
func TestAConnectionThatTheServiceEndedIsNotUsedAgain(t *testing.T) {
	for how, end := range map[string]func(c net.Conn){
		"closed": func(c net.Conn) { c.Close() },
		"reset":  func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0); c.Close() },
		"told":   func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 408 Request Timeout\r\n\r\n") },
	} {
		t.Run(how, func(t *testing.T) {
			ended := make(chan bool)
			url := raw(t, func(_ int, c net.Conn) {
				if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
					return
				}
				fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
				ended <- true // taken once the answer has arrived
				end(c)
				ended <- true
			})
			f := newLines(UsualLimits.Answer)
			defer f.close()
			for range 5 {
				got := ""
				post := message{method: "POST", url: url, body: "x"}
				err := f.send(0, post, inTime, func(_ int, b []byte) { got = string(b) })
				if got != "ok" || err != nil {
					t.Fatalf("answered %q, %v", got, err)
				}
				<-ended
				<-ended
			}
		})
	}
}

func BenchmarkSend(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok"))
	}))
	defer server.Close()
	for name, s := range senders(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := s.send(0, message{method: "GET", url: server.URL}, inTime, func(int, []byte) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
