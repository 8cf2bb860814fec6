package service

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// lines sends over HTTP/1.1, for each worker of a stream over a connection of its own, by fasthttp's requests and
// answers. Who sends a request does not wait for its answer, which a goroutine of the connection reads: an operation
// wakes that one and no other, and so takes less of the processor than a client that waits. The service shares its
// processors with what drives it.
type lines struct {
	most    int // bytes of an answer
	mu      sync.Mutex
	of      []*line // by worker; nil where none was made yet
	reading sync.WaitGroup
}

const (
	// mostHeaders is how many bytes the headers of an answer may take.
	mostHeaders = 16 << 10
	// mostBegun is how large the body of a request may be that is sent where nothing may wait.
	mostBegun = 16 << 10
)

// newLines takes answers of at most so many bytes.
func newLines(most int64) *lines { return &lines{most: int(most)} }

func (l *lines) send(worker int, m message, within time.Duration, answered func(status int, body []byte)) error {
	if within <= 0 {
		return context.DeadlineExceeded
	}
	ended := make(chan error, 1)
	x := &exchange{
		deadline: time.Now().Add(within), head: m.method == fasthttp.MethodHead,
		answered: answered, ended: func(err error) { ended <- err },
	}
	return m.wired(func(w *wire) error {
		if kept := l.at(worker); kept == nil || !kept.begin(x, w) {
			fresh, err := dialLine(w.host, x.deadline, l.most)
			if err != nil {
				return err
			}
			l.put(worker, fresh)
			fresh.begin(x, w)
			l.reading.Go(fresh.read)
		}
		return <-ended
	})
}

// errNotBegun is no failure: nothing was sent.
var errNotBegun = errors.New("not begun")

// begin sends a request over the worker's connection and returns at once. It returns false, and has sent nothing, where
// a connection has to be made first. Otherwise ended is told send's error, once.
func (l *lines) begin(worker int, m message, within time.Duration, answered func(status int, body []byte),
	ended func(error),
) bool {
	kept := l.at(worker)
	if kept == nil || within <= 0 {
		return false
	}
	return m.wired(func(w *wire) error {
		x := &exchange{
			deadline: time.Now().Add(within), head: m.method == fasthttp.MethodHead, answered: answered, ended: ended,
		}
		if !kept.begin(x, w) {
			return errNotBegun
		}
		return nil
	}) == nil
}

func (l *lines) at(worker int) *line {
	l.mu.Lock()
	defer l.mu.Unlock()
	if worker >= len(l.of) {
		return nil
	}
	return l.of[worker]
}

// put makes a connection the worker's, in place of the one that it had.
func (l *lines) put(worker int, fresh *line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for worker >= len(l.of) {
		l.of = append(l.of, nil)
	}
	if old := l.of[worker]; old != nil {
		old.close()
	}
	l.of[worker] = fresh
}

// close ends the connections. Nothing may be under way.
func (l *lines) close() {
	l.mu.Lock()
	for _, line := range l.of {
		if line != nil {
			line.close()
		}
	}
	l.of = nil
	l.mu.Unlock()
	l.reading.Wait()
}

// wire is a request as it goes over the wire.
type wire struct {
	host string
	text bytes.Buffer
	w    *bufio.Writer // into text
}

// wires are used again: what is sent has left them.
var wires = sync.Pool{New: func() any { return newWire() }}

func newWire() *wire {
	w := new(wire)
	w.w = bufio.NewWriter(&w.text)
	return w
}

// render writes a request.
func (w *wire) render(m message) error {
	request := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(request)
	request.Header.SetMethod(m.method)
	request.Header.SetNoDefaultContentType(true)
	request.Header.SetUserAgent("aftershock")
	request.SetRequestURI(m.url)
	request.URI().DisablePathNormalizing = true
	request.SetBodyString(m.body)
	for _, h := range m.headers {
		request.Header.Set(h[0], h[1])
		request.UseHostHeader = request.UseHostHeader || strings.EqualFold(h[0], "Host")
	}
	w.host = string(request.URI().Host())
	w.text.Reset()
	w.w.Reset(&w.text)
	return errors.Join(request.Write(w.w), w.w.Flush())
}

// wired hands a request on as it goes over the wire: rendered anew, unless it is the same for all operations.
func (m message) wired(use func(w *wire) error) error {
	if m.wire != nil {
		return use(m.wire)
	}
	w, ok := wires.Get().(*wire)
	if !ok {
		return errors.New("no buffer")
	}
	defer wires.Put(w)
	if err := w.render(m); err != nil {
		return err
	}
	return use(w)
}

// dialLine connects to this machine alone.
func dialLine(host string, deadline time.Time, most int) (*line, error) {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	conn, err := dialHere(ctx, "tcp", host)
	if err != nil {
		return nil, late(ctx, err)
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("a connection of type %T", conn), conn.Close())
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, tcp.Close())
	}
	l := &line{conn: tcp, raw: raw, host: host, most: most}
	l.look, l.push = l.awake, l.write
	return l, nil
}
