package service

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"github.com/valyala/fasthttp"
	"golang.org/x/sys/unix"
)

// line is a connection that carries one request after another. Each is sent once, whatever becomes of it.
type line struct {
	conn *net.TCPConn
	raw  syscall.RawConn
	host string
	most int                   // bytes of an answer
	look func(fd uintptr) bool // awake
	push func(fd uintptr) bool // write

	woken bool // by what awake waits for

	mu      sync.Mutex
	out     sending   // what write does
	now     *exchange // nil while the connection is idle
	used    bool      // it has carried a request
	resting bool      // it was idle when its time for reading was over
	writing bool      // a request that did not fit at one go is still being sent
	gone    bool
}

// exchange is a request under way.
type exchange struct {
	deadline time.Time
	head     bool // its answer has no body
	answered func(status int, body []byte)
	ended    func(error)
}

// sending is one attempt to send a request without waiting.
type sending struct {
	request []byte
	kept    bool // the connection has carried another request
	ended   bool // nothing was sent: there is something to read, or the end
	sent    int
	err     error
}

// restFor is how long a connection is kept without a request.
const restFor = time.Minute

// begin sends a request without waiting. False means that nothing was sent: the connection has ended, or leads
// elsewhere.
func (l *line) begin(x *exchange, w *wire) bool {
	l.mu.Lock()
	if l.gone || l.now != nil || l.host != w.host {
		l.gone = true
		l.mu.Unlock()
		_ = l.conn.Close()
		return false
	}
	_ = l.conn.SetReadDeadline(x.deadline) // it fails for a closed connection alone, and so does what follows
	l.out = sending{request: w.text.Bytes(), kept: l.used}
	err := errors.Join(l.raw.Write(l.push), l.out.err)
	sent, begun := l.out.sent, !l.out.ended
	l.out.request = nil
	l.used, l.resting, l.gone = true, false, err != nil || !begun
	if err == nil && begun {
		if l.now = x; sent < len(w.text.Bytes()) {
			l.writing = true
			go l.writeRest(bytes.Clone(w.text.Bytes()[sent:]), x.deadline)
		}
	}
	l.mu.Unlock()
	if err != nil || !begun {
		_ = l.conn.Close()
	}
	if err != nil {
		x.ended(err)
	}
	return begun
}

// write sends what fits into the socket's buffer. Before that it looks whether the service has closed a connection
// between two requests, or has said what it was not asked for.
func (l *line) write(fd uintptr) (done bool) {
	o := &l.out
	if o.kept && !silent(fd) {
		o.ended = true
		return true
	}
	n, err := unix.Write(int(fd), o.request)
	if o.sent = max(n, 0); !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
		o.err = err
	}
	return true
}

func (l *line) writeRest(rest []byte, deadline time.Time) {
	err := l.conn.SetWriteDeadline(deadline)
	if err == nil {
		_, err = l.conn.Write(rest)
	}
	l.mu.Lock()
	if l.writing = err != nil; l.writing {
		l.gone = true
	} else {
		_ = l.conn.SetWriteDeadline(time.Time{})
	}
	l.mu.Unlock()
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) { // the reader's time is over too, and it says so
		_ = l.conn.Close()
	}
}

// read hands on one answer after another until the connection ends.
func (l *line) read() {
	for l.readOne() {
	}
	_ = l.conn.Close()
}

// readOne waits for the next answer. False means that the connection has ended.
func (l *line) readOne() bool {
	err := l.await()
	l.mu.Lock()
	x := l.now
	if errors.Is(err, os.ErrDeadlineExceeded) && (x == nil || time.Now().Before(x.deadline)) {
		stays := l.rest()
		l.mu.Unlock()
		return stays
	}
	if err == nil && x == nil && l.quiet() {
		l.mu.Unlock()
		return true
	}
	l.gone = l.gone || x == nil || err != nil
	l.mu.Unlock()
	switch {
	case x == nil: // an end, or an answer to no request
		return false
	case err != nil:
		return l.end(x, nil, err, false)
	}
	return l.answer(x)
}

// quiet tells whether there was nothing to be woken for.
func (l *line) quiet() (quiet bool) {
	err := l.raw.Control(func(fd uintptr) { quiet = silent(fd) })
	return err == nil && quiet
}

// rest is called when the time for reading is over and no request is late. The time was that of a request which has
// ended since: the connection may rest for as long again as restFor, and is given up when it did.
func (l *line) rest() (stays bool) {
	if l.now != nil {
		return true
	}
	l.gone = l.gone || l.resting
	l.resting = true
	return !l.gone && l.conn.SetReadDeadline(time.Now().Add(restFor)) == nil
}

// await returns when there may be something to read, or the end; its error is of the time for reading. What reads an
// answer is taken only then: most connections of a run wait most of the time.
func (l *line) await() error {
	l.woken = false
	return l.raw.Read(l.look)
}

// awake tells whether to wait no longer. It looks once: what the runtime has waited for needs no other look.
func (l *line) awake(fd uintptr) bool {
	if !l.woken {
		l.woken = true
		return !silent(fd)
	}
	return true
}

// silent tells whether there is neither a byte to read nor an end. It goes past the runtime, which such a short call
// would cost as much as itself.
func silent(fd uintptr) bool {
	var one [1]byte
	for {
		_, _, failed := unix.RawSyscall6(unix.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&one)), 1,
			unix.MSG_PEEK|unix.MSG_DONTWAIT, 0, 0)
		if failed != unix.EINTR {
			return failed == unix.EAGAIN
		}
	}
}

// readers hold what an answer is read through.
var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, mostHeaders) }}

// answer reads the answer of which there is a first byte.
func (l *line) answer(x *exchange) (stays bool) {
	reader, ok := readers.Get().(*bufio.Reader)
	if !ok {
		return l.end(x, nil, errors.New("no reader"), false)
	}
	reader.Reset(l.conn)
	defer readers.Put(reader)
	answer := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(answer)
	answer.SkipBody = x.head
	err := answer.ReadLimitBody(reader, l.most)
	return l.end(x, answer, err, err == nil && !answer.ConnectionClose() && reader.Buffered() == 0)
}

// end makes the connection idle, or ends it, and then says how the request went.
func (l *line) end(x *exchange, answer *fasthttp.Response, err error, stays bool) bool {
	l.mu.Lock()
	stays = stays && !l.writing
	l.now, l.gone = nil, l.gone || !stays
	l.mu.Unlock()
	if !stays {
		_ = l.conn.Close()
	}
	if err == nil {
		x.answered(answer.StatusCode(), answer.Body())
	}
	x.ended(described(err))
	return stays
}

// described is an error as a sender gives it.
func described(err error) error {
	var timed interface{ Timeout() bool }
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return errTooLarge
	case errors.As(err, &timed) && timed.Timeout():
		return fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
	}
	return err
}

func (l *line) close() {
	l.mu.Lock()
	l.gone = true
	l.mu.Unlock()
	_ = l.conn.Close()
}
