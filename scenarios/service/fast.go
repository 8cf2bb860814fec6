package service

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
	"golang.org/x/sys/unix"
)

// fast sends over HTTP/1.1 with a client that takes less of the processor than net/http's, because it has no goroutines
// for each connection: the service shares its processors with what drives it.
type fast struct {
	client *fasthttp.Client
}

// errKeptEnded is the error of a connection that the service closed between two requests. Nothing was sent over it.
var errKeptEnded = errors.New("the service has closed a kept connection")

// mostHeaders is how many bytes the headers of an answer may take.
const mostHeaders = 16 << 10

// newFast takes answers of at most so many bytes.
func newFast(most int64) fast {
	return fast{&fasthttp.Client{
		Name: "aftershock", DialTimeout: dialKept, DisablePathNormalizing: true,
		MaxConnsPerHost: math.MaxInt32, MaxIdleConnDuration: time.Minute, MaxResponseBodySize: int(most),
		ReadBufferSize: mostHeaders,
		// A request that was sent is not sent again, or a service that fails would be given more than the rate.
		MaxIdemponentCallAttempts: math.MaxInt32,
		RetryIfErr: func(_ *fasthttp.Request, _ int, err error) (resetTimeout, retry bool) {
			return false, errors.Is(err, errKeptEnded)
		},
	}}
}

func (f fast) send(m message, within time.Duration, answered func(status int, body []byte)) error {
	request, answer := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(answer)
	request.Header.SetMethod(m.method)
	request.Header.SetNoDefaultContentType(true)
	request.SetRequestURI(m.url)
	request.SetBodyString(m.body)
	for _, h := range m.headers {
		request.Header.Set(h[0], h[1])
		request.UseHostHeader = request.UseHostHeader || strings.EqualFold(h[0], "Host")
	}
	err := f.client.DoTimeout(request, answer, within)
	var timed interface{ Timeout() bool }
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return errTooLarge
	case errors.As(err, &timed) && timed.Timeout():
		return fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
	case err != nil:
		return err
	}
	answered(answer.StatusCode(), answer.Body())
	return nil
}

func (f fast) close() { f.client.CloseIdleConnections() }

// kept is a connection that carries one request after another.
type kept struct {
	*net.TCPConn
	raw      syscall.RawConn
	answered bool // bytes were read since the last request was written
}

func dialKept(address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	conn, err := dialHere(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("a connection of type %T", conn), conn.Close())
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, tcp.Close())
	}
	return &kept{TCPConn: tcp, raw: raw}, nil
}

func (k *kept) Read(b []byte) (int, error) {
	k.answered = true
	return k.TCPConn.Read(b)
}

// Write looks, before the first byte of another request, whether the service has closed the connection meanwhile, or
// has sent what was not asked for. Then the request goes over another connection.
func (k *kept) Write(b []byte) (int, error) {
	if k.answered && k.ended() {
		return 0, errKeptEnded
	}
	k.answered = false
	return k.TCPConn.Write(b)
}

func (k *kept) ended() bool {
	var waiting error
	err := k.raw.Control(func(fd uintptr) {
		var one [1]byte
		_, _, waiting = unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	})
	return err != nil || !errors.Is(waiting, unix.EAGAIN)
}
