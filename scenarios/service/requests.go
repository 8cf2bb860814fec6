package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"aftershock/harness"
	"aftershock/harness/load"
)

// requests are what a worker sends to a program that is ready.
type requests struct {
	target  Target
	port    int
	client  *http.Client // for all that is asked of it besides the operations
	http2   sender
	callers map[string]doer // by stream
}

func newRequests(t Target, port int) *requests {
	return &requests{
		target: t, port: port, client: newClient(1, t.trusted()),
		http2: standard{newClient(2, t.trusted()), t.Limits.Answer}, callers: map[string]doer{},
	}
}

// joined is a program that another worker has started, as one more worker drives it.
type joined struct{ *requests }

// Join drives the program that another worker has started.
func (w workload) Join(ctx context.Context, env harness.Env, at string) (harness.Service, error) {
	port, err := strconv.Atoi(at)
	if err != nil {
		return nil, fmt.Errorf("the port of the target: %w", err)
	}
	target, err := w.target.reveal(env.Secrets)
	if err != nil {
		return nil, harness.ServiceUnready(err)
	}
	j := joined{newRequests(target, port)}
	if err := j.prepare(ctx, env); err != nil {
		err = newRedactor(target.Redact, target.secrets(env)).err(err)
		return nil, errors.Join(harness.ServiceUnready(err), j.Stop(ctx))
	}
	return j, nil
}

// Stop leaves the program to the worker that has started it.
func (j joined) Stop(context.Context) error {
	j.close()
	return nil
}

// doer does the operations of a stream. It is closed when nothing is under way any more.
type doer interface {
	do(op *load.Op)
	close() error
}

// prepare makes what sends the requests of each stream.
func (r *requests) prepare(ctx context.Context, env harness.Env) (err error) {
	ctx, cancel := context.WithTimeout(ctx, r.target.Within)
	defer cancel()
	counts := counts{
		status: env.Counter(statusUnexpected), wrong: env.Counter(answersWrong), large: env.Counter(answersTooLarge),
	}
	for stream, request := range r.target.Requests {
		if request.GRPC != nil {
			c, bad := newGRPCCaller(ctx, request, r.port, r.target, env.Seed, counts)
			if err = errors.Join(err, bad); bad == nil {
				r.callers[stream] = c
			}
			continue
		}
		c, bad := newCaller(request, r.port, r.speaks(request), env.Seed, counts)
		if err = errors.Join(err, bad); bad == nil {
			r.callers[stream] = c
		}
	}
	return err
}

// speaks is what speaks a request's version of HTTP.
func (r *requests) speaks(request Request) sender {
	switch {
	case request.Version == 2:
		return r.http2
	case strings.HasPrefix(request.URL, HTTPS):
		return standard{r.client, r.target.Limits.Answer}
	}
	return newLines(r.target.Limits.Answer)
}

func (r *requests) Operation(stream string) func(*load.Op) {
	if c, ok := r.callers[stream]; ok {
		return c.do
	}
	return nil
}

// Begin is what begins an operation of a stream; nil where all of them are waited for.
func (r *requests) Begin(stream string) func(op *load.Op, ended func()) bool {
	if c, ok := r.callers[stream].(*caller); ok && c.lines != nil {
		return c.begin
	}
	return nil
}

// Batch is for closed loops, which a scenario with a target does not have.
func (r *requests) Batch() bool { return false }

// TableOperations is 0: there is no table.
func (r *requests) TableOperations() uint64 { return 0 }

// close ends all connections.
func (r *requests) close() {
	r.client.CloseIdleConnections()
	for _, c := range r.callers {
		_ = c.close()
	}
}
