package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
)

// mostAnswer bounds what is read of an answer: many are read at a time.
const mostAnswer = 1 << 20

// caller does the operations of one stream.
type caller struct {
	client  *http.Client
	method  string
	url     words
	headers []header
	body    words
	expects expectation
	seed    uint64
	counts  counts
}

type header struct {
	name string
	text words
}

// counts are why operations of all streams failed.
type counts struct {
	status, wrong, large *atomic.Uint64
}

// newCaller compiles a request; every text of it was checked with the scenario.
func newCaller(r Request, port int, client *http.Client, seed uint64, counts counts) (*caller, error) {
	c := &caller{client: client, method: r.Method, seed: seed, counts: counts, expects: expectation{status: r.Status}}
	var errs []error
	text := func(s string) words {
		w, err := compile(strings.ReplaceAll(s, portWord, strconv.Itoa(port)))
		errs = append(errs, err)
		return w
	}
	c.url, c.body = text(r.URL), text(r.Body)
	for name, value := range r.Headers {
		c.headers = append(c.headers, header{name, text(value)})
	}
	for path, want := range r.JSON {
		c.expects.values = append(c.expects.values, value{steps(path), text(want)})
	}
	slices.SortFunc(c.headers, func(a, b header) int { return strings.Compare(a.name, b.name) })
	return c, errors.Join(errs...)
}

// do sends one request and judges its answer. The service has until the operation's deadline for both.
func (c *caller) do(op *load.Op) {
	ctx, cancel := context.WithTimeout(context.Background(), op.Deadline.Sub(clock.Now()))
	defer cancel()
	o := operation{N: op.N, Seed: c.seed}
	request, err := c.request(ctx, o)
	if err != nil {
		op.Reason = ops.Error
		return
	}
	answer, err := c.client.Do(request)
	if err != nil {
		op.Reason = failure(ctx, err)
		return
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer+1))
	switch {
	case err != nil:
		op.Reason = failure(ctx, err)
	case len(body) > mostAnswer:
		c.counts.large.Add(1)
		op.Reason = ops.Error
	case !c.expects.statusFits(answer.StatusCode):
		c.counts.status.Add(1)
		op.Reason = ops.Rejected
	case !c.expects.bodyFits(body, o):
		c.counts.wrong.Add(1)
		op.Reason = ops.Error
	}
}

// failure is why there was no answer.
func failure(ctx context.Context, err error) ops.Reason {
	if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		return ops.Timeout
	}
	return ops.Error
}

func (c *caller) request(ctx context.Context, o operation) (*http.Request, error) {
	url, err := c.url.fill(o)
	if err != nil {
		return nil, err
	}
	body, err := c.body.fill(o)
	if err != nil {
		return nil, err
	}
	var reader io.Reader // none, rather than an empty one, without a body
	if body != "" {
		reader = strings.NewReader(body)
	}
	request, err := http.NewRequestWithContext(ctx, c.method, url, reader)
	if err != nil {
		return nil, err
	}
	for _, h := range c.headers {
		text, err := h.text.fill(o)
		if err != nil {
			return nil, fmt.Errorf("header %s: %w", h.name, err)
		}
		request.Header.Set(h.name, text)
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	return request, nil
}

// newClient speaks HTTP/1.1 to this machine: it keeps connections, follows no redirect and asks no proxy.
func newClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dialHere, MaxIdleConnsPerHost: 4096, IdleConnTimeout: time.Minute, DisableCompression: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
