package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
)

// caller does the operations of one stream.
type caller struct {
	sends   sender
	method  string
	url     words
	headers []header
	body    words
	bodies  [][]byte // recorded ones, in place of body
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
func newCaller(r Request, port int, sends sender, seed uint64, counts counts) (*caller, error) {
	c := &caller{sends: sends, method: r.Method, seed: seed, counts: counts, expects: expectation{status: r.Status}}
	var errs []error
	text := func(s string) words {
		w, err := compile(strings.ReplaceAll(s, portWord, strconv.Itoa(port)))
		errs = append(errs, err)
		return w
	}
	c.url, c.body = text(r.URL), text(r.Body)
	if r.Bodies != nil {
		var err error
		c.bodies, err = r.Bodies.read()
		errs = append(errs, err)
	}
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
	o := operation{N: op.N, Seed: c.seed}
	m, err := c.message(o)
	if err != nil {
		op.Reason = ops.Error
		return
	}
	err = c.sends.send(m, op.Deadline.Sub(clock.Now()), func(status int, body []byte) {
		op.Reason = c.judge(status, body, o)
	})
	switch {
	case errors.Is(err, errTooLarge):
		c.counts.large.Add(1)
		op.Reason = ops.Error
	case errors.Is(err, context.DeadlineExceeded):
		op.Reason = ops.Timeout
	case err != nil:
		op.Reason = ops.Error
	}
}

// judge holds an answer against what is expected.
func (c *caller) judge(status int, body []byte, o operation) ops.Reason {
	switch {
	case !c.expects.statusFits(status):
		c.counts.status.Add(1)
		return ops.Rejected
	case !c.expects.bodyFits(body, o):
		c.counts.wrong.Add(1)
		return ops.Error
	}
	return ops.NoReason
}

// message is a request with its templates filled in for one operation.
type message struct {
	method, url, body string
	headers           [][2]string // name and value
}

func (c *caller) message(o operation) (m message, err error) {
	m.method = c.method
	if m.url, err = c.url.fill(o); err != nil {
		return m, err
	}
	if m.body, err = c.payload(o); err != nil {
		return m, err
	}
	for _, h := range c.headers {
		text, err := h.text.fill(o)
		if err != nil {
			return m, fmt.Errorf("header %s: %w", h.name, err)
		}
		m.headers = append(m.headers, [2]string{h.name, text})
	}
	return m, nil
}

// payload is an operation's body: the template, or the recorded one whose turn it is.
func (c *caller) payload(o operation) (string, error) {
	if len(c.bodies) > 0 {
		return string(c.bodies[o.N%len(c.bodies)]), nil
	}
	return c.body.fill(o)
}
