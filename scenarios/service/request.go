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
	lines   *lines      // the same, where it can begin
	long    atomic.Bool // a body was longer than what may be begun
	same    message     // the message of every operation, where its wire is set
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
	begins, _ := sends.(*lines)
	c := &caller{
		sends: sends, lines: begins, method: r.Method, seed: seed, counts: counts,
		expects: expectation{status: r.Status},
	}
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
	if err := errors.Join(errs...); err != nil || c.lines == nil || c.varies() {
		return c, err
	}
	var err error
	if c.same, err = c.message(operation{}); err == nil {
		c.same.wire = newWire()
		err = c.same.wire.render(c.same)
	}
	return c, err
}

// do sends one request and judges its answer. The service has until the operation's deadline for both.
func (c *caller) do(op *load.Op) {
	o := operation{N: op.N, Seed: c.seed}
	m, err := c.message(o)
	if err != nil {
		op.Reason = ops.Error
		return
	}
	err = c.sends.send(op.Worker, m, op.Deadline.Sub(clock.Now()), func(status int, body []byte) {
		op.Reason = c.judge(status, body, o)
	})
	c.book(op, err)
}

// begin is do, but does not wait for the answer; see load.Stream.
func (c *caller) begin(op *load.Op, ended func()) bool {
	// What is too long is not even copied here: the pacer's thread is waited for.
	if c.long.Load() || c.lines.at(op.Worker) == nil ||
		len(c.bodies) > 0 && len(c.bodies[op.N%len(c.bodies)]) > mostBegun {
		return false
	}
	o := operation{N: op.N, Seed: c.seed}
	m, err := c.message(o)
	if err != nil {
		return false
	}
	if len(m.body) > mostBegun {
		c.long.Store(true)
		return false
	}
	return c.lines.begin(op.Worker, m, op.Deadline.Sub(clock.Now()), func(status int, body []byte) {
		op.Reason = c.judge(status, body, o)
	}, func(err error) {
		c.book(op, err)
		ended()
	})
}

// book notes why there was no answer.
func (c *caller) book(op *load.Op, err error) {
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

func (c *caller) close() error {
	c.sends.close()
	return nil
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
	wire              *wire       // all of it, where it is the same for all operations
}

func (c *caller) message(o operation) (m message, err error) {
	if c.same.wire != nil {
		return c.same, nil
	}
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

// varies tells whether messages differ from one operation to another.
func (c *caller) varies() bool {
	return len(c.bodies) > 0 || c.url.template != nil || c.body.template != nil ||
		slices.ContainsFunc(c.headers, func(h header) bool { return h.text.template != nil })
}

// payload is an operation's body: the template, or the recorded one whose turn it is.
func (c *caller) payload(o operation) (string, error) {
	if len(c.bodies) > 0 {
		return string(c.bodies[o.N%len(c.bodies)]), nil
	}
	return c.body.fill(o)
}
